/* The action of each key on the screen. The help also names the keys that act
 * on servers, which act/ carries out. */
#ifndef REAP_SCREEN_KEYS_H
#define REAP_SCREEN_KEYS_H

#include <stddef.h>

enum action {
	ACTION_NONE,
	ACTION_QUIT,
	ACTION_BACK,   /* from a view to the table, from the table out */
	ACTION_ESCAPE, /* the same, but it leaves no table */
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_HOME,
	ACTION_END,
	ACTION_NEXT_SERVER,
	ACTION_PREVIOUS_SERVER,
	ACTION_TREE,
	ACTION_SOCKETS,
	ACTION_EVENTS,
	ACTION_PROCESS,
	ACTION_HELP,
	ACTION_ZOMBIES_ONLY,
	ACTION_SORT_NEXT,
	ACTION_SORT_PREVIOUS,
	ACTION_REVERSE,
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_PAUSE,
	ACTION_STEP,
	ACTION_FASTER, /* a shorter delay */
	ACTION_SLOWER,
	ACTION_MOUSE,
	ACTION_REDRAW,
};

/* Returns the action of a key, as curses gives it. */
enum action keys_action(int key);

/* A line of the help: keys, and what they do; keys "" for a heading. */
struct key_help {
	const char *keys;
	const char *what;
};

size_t keys_help_count(void);
const struct key_help *keys_help(size_t number);

#endif
