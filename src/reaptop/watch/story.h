/* The events of one server, sorted out of its log: which lines are its own and
 * its children's, and how many exits became one SIGCHLD. */
#ifndef REAP_WATCH_STORY_H
#define REAP_WATCH_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/event_log.h"
#include "reaptop/watch/child_set.h"

struct story_event {
	uint32_t line; /* in the tail */
	/* Of a SIGCHLD: how many children had died since the one before. */
	uint32_t deaths;
};

/* Zero before first use, free with story_free(). */
struct story {
	struct story_event *events; /* oldest first */
	size_t count;
	/* Children that died since the last SIGCHLD, as far as they said so. */
	size_t deaths_since;
	int64_t begin; /* t_ns of `listen`, or of the first line there is */
};

void story_free(struct story *story);

/* Tells it anew. Where several servers write to one file, the lines of others
 * and of their children are left out. 0, or -1 with errno.
 *
 * A child writes `exit` a moment before it dies, so its line may stand before
 * the SIGCHLD of one that died earlier: a SIGCHLD without a death is given one
 * of those that the SIGCHLD just before it seemed to have too many. A child
 * that was killed writes nothing; `reap` tells of it. */
int story_tell(struct story *story, const struct event_tail *tail, pid_t server,
	       const struct child_set *children);

#endif
