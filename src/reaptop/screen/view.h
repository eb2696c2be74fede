/* A view: what there is to see of one server beside its table of children, as
 * lines for the body of the screen. It reads and words; it draws nothing. */
#ifndef REAP_SCREEN_VIEW_H
#define REAP_SCREEN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/watch.h"
#include "reaptop/words/line.h"

/* What a view is to be of; valid during the call it is passed to. */
struct view_subject {
	const struct watch *watch;
	const struct server *server;
	/* The child under the cursor, and its start time in ticks; PID 0 if
	 * there is none. It may be gone, its PID another's by now. */
	pid_t selected;
	uint64_t selected_start;
	size_t width; /* columns there are */
	bool ascii;   /* no line-drawing characters */
};

struct view {
	const char *title; /* ours, ASCII */
	const char *keys;  /* those of its own, for the bottom line; or "" */
	bool serverless;   /* it is of no server: the subject may have none */
	/* The last row is the newest: it is in view until the user scrolls. */
	bool from_end;

	/* Its own state, for close(); NULL when memory is short. */
	void *(*open)(void);
	void (*close)(void *state);

	/* Reads what there is to show: after each sample, and when the subject
	 * changed. Returns 0 also when the subject is gone (then that is what
	 * the lines say), or -1 with errno when memory or descriptors ran out.
	 */
	int (*update)(void *state, const struct view_subject *subject);

	/* How many rows there are, and row `number` (from 0) in at most `width`
	 * columns, which may differ from those of the last update. */
	size_t (*count)(const void *state);
	void (*row)(const void *state, size_t number, size_t width,
		    struct line *line);
};

#endif
