/* Progress on stderr: lines if the user asked for them; otherwise a bar if stderr is
 * a terminal. The bar is drawn only while this process is in the foreground of that
 * terminal, which must be its controlling terminal. */
#ifndef REAP_CLIENT_PROGRESS_H
#define REAP_CLIENT_PROGRESS_H

#include "client/tally.h"

#include <stdbool.h>
#include <stdint.h>

/* The least time between two redraws. */
enum { PROGRESS_INTERVAL_MS = 100 };

struct progress {
	bool shown;
	bool lines; /* instead of a bar */
	uint64_t sessions;
	int64_t started_ns;
	int64_t drawn_ns; /* the last redraw */
	unsigned width;   /* columns of the bar as last drawn; 0: no bar */
};

void progress_begin(struct progress *progress, uint64_t sessions, bool lines,
		    int64_t now_ns);

/* Redraws the bar, or prints a line, if one is due. */
void progress_update(struct progress *progress, const struct tally *tally,
		     int64_t now_ns);

/* Erases the bar. */
void progress_end(struct progress *progress);

#endif
