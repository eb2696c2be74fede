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

/* Serves ARRAY_RESERVE(). `place` is the address of the pointer. */
int array_reserve(void *place, size_t *capacity, size_t count, size_t size);

typedef int array_compare(const void *one, const void *other);

/* Sorts the items. */
#define ARRAY_SORT(items, count, compare) \
	array_sort((items), (count), sizeof(*(items)), (compare))

/* Return, in sorted items, one that equals the key, or NULL; and the place of
 * the first that does not stand in front of the key. `key` points to such an
 * item. */
#define ARRAY_FIND(items, count, key, compare) \
	array_find((key), (items), (count), sizeof(*(items)), (compare))
#define ARRAY_PLACE(items, count, key, compare) \
	array_place((key), (items), (count), sizeof(*(items)), (compare))

/* Serve these macros. `items` may be NULL if there are none, which qsort(3) and
 * bsearch(3) do not allow. */
void array_sort(void *items, size_t count, size_t size, array_compare *compare);
void *array_find(const void *key, const void *items, size_t count, size_t size,
		 array_compare *compare);
size_t array_place(const void *key, const void *items, size_t count,
		   size_t size, array_compare *compare);

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

/* Return the slot to look at first for that hash, and the slot behind another.
 */
static inline size_t slots_home(const struct slots *slots, uint32_t hash)
{
	return hash & (slots->count - 1);
}

static inline size_t slots_next(const struct slots *slots, size_t slot)
{
	return (slot + 1) & (slots->count - 1);
}

/* Returns the slot of the item of that PID, or the free slot where it belongs.
 * Each item, of that size, begins with its PID. There must be slots. */
uint32_t *slots_of_pid(const struct slots *slots, const void *items,
		       size_t size, pid_t pid);

#endif
