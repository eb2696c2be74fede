/* A list of children that keeps its order and finds a PID at once. */
#ifndef REAP_WATCH_CHILD_SET_H
#define REAP_WATCH_CHILD_SET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/child.h"

/* Zero before first use, free with child_set_free(). */
struct child_set {
	struct child *items;
	size_t count;
	size_t capacity;
	uint32_t *slots; /* open addressing by PID; item number + 1, 0 empty */
	size_t slot_count; /* a power of two, or 0 */
};

void child_set_free(struct child_set *set);
void child_set_clear(struct child_set *set);

/* Makes room for `count` items in all. 0, or -1 with errno. */
int child_set_reserve(struct child_set *set, size_t count);

/* Adds a child with this PID at the end, all else zero, and returns it. An
 * earlier one with the same PID becomes PID 0, to be dropped by
 * child_set_compact(). There must be room. */
struct child *child_set_add(struct child_set *set, pid_t pid);

/* The child with that PID, or NULL. */
struct child *child_set_find(const struct child_set *set, pid_t pid);

/* Drops the items whose PID was set to 0, keeping the order of the others. */
void child_set_compact(struct child_set *set);

#endif
