/* What the user looks at: which server, which rows in which order, which child
 * the cursor is on, which view. Uses no curses but its key codes. */
#ifndef REAP_SCREEN_BROWSE_H
#define REAP_SCREEN_BROWSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/screen/keys.h"
#include "reaptop/screen/prompt.h"
#include "reaptop/screen/view.h"
#include "reaptop/watch/connections.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/order.h"

/* One server's table. */
struct browse_table {
	pid_t server;
	uint64_t server_start;
	struct order order;
	size_t first; /* rows scrolled past */
	/* The process under the cursor, which follows it from row to row; PID
	 * 0: no cursor. */
	pid_t pid;
	uint64_t start_ticks;
	size_t cursor; /* its row */
	size_t rows;   /* lines for rows when last drawn; 0: not yet */
	struct connections connections;
	uint64_t connected; /* the sample in which those were read; 0: none */
	bool shows_peers;   /* peers are drawn, and read in each sample */
};

/* Zero but for `views` before first use, free with browse_free(). */
struct browse {
	const struct view *const *views; /* those there are; NULL at the end */
	size_t chosen;                   /* the selected server */
	struct order_choice choice;
	struct browse_table tables[WATCH_SERVERS_MAX];
	const struct view *view; /* NULL: the tables */
	void *view_state;
	size_t view_first; /* rows scrolled past */
	size_t view_rows;  /* lines for rows when last drawn */
	bool view_at_end;  /* of one with `from_end`: stays at its end */
	struct search search;
	size_t searched_from; /* the row where the search began */
	bool ascii;
	size_t width; /* of the screen, when last drawn */
	int error;    /* errno of what could not be read; 0: none */
};

void browse_free(struct browse *browse);

/* Keeps the selected server selected when servers were added or dropped.
 * Selects the first if it was dropped itself. */
void browse_follow_watch(struct browse *browse, const struct watch *watch);

/* Brings a server's table up to the watch's last sample and to what the user
 * chose, and returns it. */
struct browse_table *browse_refresh(struct browse *browse,
				    const struct watch *watch, size_t server);

/* Does the same for the open view, if any. Call it after each sample. */
void browse_refresh_view(struct browse *browse, const struct watch *watch);

/* Returns a server's connections, as far as its header needs them, and leaves
 * the table and its cursor as they are. */
const struct connections *browse_connections(struct browse *browse,
					     const struct watch *watch,
					     size_t server);

/* Carries out an action. Returns false for the actions that do not change what
 * is looked at. */
bool browse_act(struct browse *browse, const struct watch *watch,
		enum action action);

/* Takes a key of the search, which takes all keys while search_is_open(). */
void browse_search_key(struct browse *browse, const struct watch *watch,
		       int key);

/* Return the selected server, or NULL if none is watched, and the child under
 * the cursor in its table, or NULL. */
struct server *browse_server(const struct browse *browse,
			     const struct watch *watch);
const struct child *browse_child(const struct browse *browse,
				 const struct watch *watch);

/* Selects a server, and with `row` not SIZE_MAX that row of its table. */
void browse_select(struct browse *browse, const struct watch *watch,
		   size_t server, size_t row);

/* Sorts by that column; reverses the order if it does so already. */
void browse_sort(struct browse *browse, enum sort_key key);

/* Moves the cursor by so many rows; without a cursor, to the first row in view.
 * Scrolls a view. */
void browse_move(struct browse *browse, const struct watch *watch, long by);

/* Scroll so that the cursor is in view and as few lines as possible are empty.
 * Call them when the number of lines is known. */
void browse_fit(struct browse_table *table, size_t rows);
void browse_fit_view(struct browse *browse, size_t rows);

#endif
