/* Lists of children: those that are there, in order and found by PID, and those
 * that have just gone. */
#ifndef REAP_WATCH_CHILD_SET_H
#define REAP_WATCH_CHILD_SET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/array.h"
#include "reaptop/watch/child.h"

/* Zero before first use, free with child_set_free(). */
struct child_set {
	struct child *items;
	size_t count;
	size_t capacity;
	struct slots slots; /* by PID */
};

void child_set_free(struct child_set *set);
void child_set_clear(struct child_set *set);

/* Makes room for `count` items in all. Returns 0, or -1 with errno. */
int child_set_reserve(struct child_set *set, size_t count);

/* Adds a child with this PID at the end, all else zero, and returns it. An
 * earlier one with the same PID becomes PID 0, to be dropped by
 * child_set_compact(). There must be room. */
struct child *child_set_add(struct child_set *set, pid_t pid);

/* Returns the child with that PID, or NULL. */
struct child *child_set_find(const struct child_set *set, pid_t pid);

/* Drops the items whose PID was set to 0, keeping the order of the others. */
void child_set_compact(struct child_set *set);

/* If more go at once, the last ones are kept. */
enum { DEPARTED_MAX = 64 };

/* Children that have just gone, kept while that is news. Zero before first
 * use. */
struct departed {
	struct child items[DEPARTED_MAX]; /* in the order they went */
	size_t count;
};

/* Adds a child, as last seen, that was first missed in the sample of `now`. */
void departed_add(struct departed *departed, const struct child *child,
		  int64_t now);

/* Returns the child with that PID that went in the sample of `now`, or NULL. */
struct child *departed_find(struct departed *departed, pid_t pid, int64_t now);

/* Drops those that have been gone for CHILD_NEWS_NS. */
void departed_expire(struct departed *departed, int64_t now);

#endif
