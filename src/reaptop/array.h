/* One growable array for all of reaptop: items, how many there are, and for how
 * many there is room, side by side in the struct that owns them. */
#ifndef REAP_REAPTOP_ARRAY_H
#define REAP_REAPTOP_ARRAY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Makes room for `count` items in all. `items` is a pointer to the first (NULL
 * if there is no room yet), `capacity` how many it has room for; both are
 * changed in place. Room grows at least by half, so that adding one by one
 * copies each item a few times at most. Returns 0, or -1 with errno and the
 * array as it was. The owner frees `items`. */
#define ARRAY_RESERVE(items, capacity, count) \
	array_reserve(&(items), &(capacity), (count), sizeof(*(items)))

/* What ARRAY_RESERVE() calls: `place` is the address of the pointer. */
int array_reserve(void *place, size_t *capacity, size_t count, size_t size);

/* Empty slots of a hash table with open addressing, for a table whose items
 * stand in an array: a slot has the number of an item + 1, or 0 if it is free.
 * Zero before first use; the owner frees `items`. */
struct slots {
	uint32_t *items;
	size_t count; /* a power of two, or 0 */
};

void slots_clear(struct slots *slots);

/* Makes at least two slots for each of so many items, and clears them all if
 * there were fewer. Returns 1 if so (the owner enters its items anew), 0 if
 * there were enough, or -1 with errno. */
int slots_reserve(struct slots *slots, size_t items);

/* The slot to look at first for that hash, and the one behind a slot. */
static inline size_t slots_home(const struct slots *slots, uint32_t hash)
{
	return hash & (slots->count - 1);
}

static inline size_t slots_next(const struct slots *slots, size_t slot)
{
	return (slot + 1) & (slots->count - 1);
}

/* A hash of a PID. Fibonacci hashing, as PIDs come in runs. */
static inline uint32_t slots_hash_pid(pid_t pid)
{
	return (uint32_t)pid * UINT32_C(2654435769) >> 8;
}

#endif
