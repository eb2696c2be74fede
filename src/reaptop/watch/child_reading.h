/* Reading one child, and what follows from what was known of it before. */
#ifndef REAP_WATCH_CHILD_READING_H
#define REAP_WATCH_CHILD_READING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/child.h"

/* The sample in which children are read. */
struct child_reading {
	int proc;
	pid_t parent;
	uint64_t number; /* of the sample, from 1 */
	bool first;      /* of this parent: what is there is not news */
	int64_t now;     /* CLOCK_MONOTONIC */
	int64_t uptime;  /* CLOCK_BOOTTIME */
	int64_t tick;    /* ns in a tick of CPU and start times */
};

/* Reads the child whose PID and thread are set. `known` is what the sample
 * before had under that PID, or NULL; it may be the child itself. False, with
 * the child left as it is, if there is no such process any more. */
bool child_read(const struct child_reading *reading, const struct child *known,
		struct child *child);

#endif
