/* Progress on stderr: a bar if that is a terminal, lines if they were asked for,
 * else nothing at all. The bar is drawn only while this process is in the
 * foreground of that terminal, its controlling terminal. */
#ifndef REAP_CLIENT_PROGRESS_H
#define REAP_CLIENT_PROGRESS_H

#include "client/tally.h"

#include <stdbool.h>
#include <stdint.h>

/* A redraw at most that often. */
enum { PROGRESS_INTERVAL_MS = 100 };

struct progress {
	bool shown;
	bool lines; /* instead of a bar */
	uint64_t sessions;
	int64_t started_ns;
	int64_t drawn_ns; /* the last redraw */
	unsigned width;   /* columns that it used then */
};

void progress_begin(struct progress *progress, uint64_t sessions, bool lines,
		    int64_t now_ns);

/* Redraws the bar if a redraw is due. */
void progress_update(struct progress *progress, const struct tally *tally,
		     int64_t now_ns);

/* Wipes the bar off the line. */
void progress_end(struct progress *progress);

#endif
