/* Children that have just gone, kept for as long as that is news. */
#ifndef REAP_WATCH_DEPARTED_H
#define REAP_WATCH_DEPARTED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/child.h"

/* Of more that went at once, the last ones are kept. */
enum { DEPARTED_MAX = 64 };

/* Zero before first use. */
struct departed {
	struct child items[DEPARTED_MAX]; /* in the order they went */
	size_t count;
};

/* Adds a child, as last seen, that was missed first in the sample of `now`. */
void departed_add(struct departed *departed, const struct child *child,
		  int64_t now);

/* The one that went in the sample of `now` and had that PID, or NULL. */
struct child *departed_find(struct departed *departed, pid_t pid, int64_t now);

/* Drops those that are no news any more. */
void departed_expire(struct departed *departed, int64_t now);

#endif
