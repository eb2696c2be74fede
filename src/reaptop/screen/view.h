/* A view: what the screen shows of one server in place of its table of
 * children, as lines of text. A view reads and words; it draws nothing. */
#ifndef REAP_SCREEN_VIEW_H
#define REAP_SCREEN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/screen/keys.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/line.h"

/* The subject of a view; valid during the call that it is passed to. */
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
	enum action opened_by; /* one of ACTION_TREE to ACTION_HELP */
	const char *title;     /* ours, ASCII */
	bool serverless; /* it shows no server: the subject may have none */
	/* The last row is the newest: it is in view until the user scrolls. */
	bool from_end;

	/* Its own state: zeroed when the view opens, freed when it closes,
	 * after close() has freed what the state owns. */
	size_t state_size;
	void (*close)(void *state);

	/* Reads the subject, after each sample and when it changed. Returns 0,
	 * also when the subject is gone (the lines then say so), or -1 with
	 * errno when memory or descriptors ran out. */
	int (*update)(void *state, const struct view_subject *subject);

	/* Return how many rows there are, and add row `number` (from 0) to an
	 * empty line, whose width may differ from the last update's. */
	size_t (*count)(const void *state);
	void (*row)(const void *state, size_t number, struct line *line);
};

#endif
