/* A search: its text, typed key by key, and where the text is found. */
#ifndef REAP_SCREEN_SEARCH_H
#define REAP_SCREEN_SEARCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "reaptop/screen/prompt.h"
#include "reaptop/watch/child.h"
#include "reaptop/words/line.h"

/* Zero before first use. */
struct search {
	struct prompt prompt; /* its text is what is searched for */
	bool failed;          /* nothing was found, the last time */
};

enum search_step {
	SEARCH_CHANGED, /* look for the text, from where the search began */
	SEARCH_AGAIN,   /* look for the next one */
	SEARCH_ENDED,   /* with Enter or Esc: stay */
};

/* Begins to take a text, which gets all keys while search_is_open(). */
void search_begin(struct search *search);
bool search_is_open(const struct search *search);

/* Takes a key, as curses gives it. */
enum search_step search_take_key(struct search *search, int key);

/* Returns whether there is a text to search for. */
bool search_has_text(const struct search *search);

/* Returns whether the text is part of a child's PID, name, state or end.
 * Ignores case. */
bool search_matches_child(const struct search *search,
			  const struct child *child, pid_t parent);

/* Returns whether the text is part of a line. */
bool search_matches_line(const struct search *search, const struct line *line);

/* Draws the text being typed, and whether it is found. */
void search_draw(const struct search *search, size_t width, struct line *line);

#endif
