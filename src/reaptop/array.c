/* A growable array, and the slots of a hash table over one. */
#include "reaptop/array.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 16, FIRST_SLOTS = 64 };

int array_reserve(void *place, size_t *capacity, size_t count, size_t size)
{
	void *items;
	if (count <= *capacity)
		return 0;
	size_t larger = *capacity + *capacity / 2 + FIRST_CAPACITY;
	if (larger < count)
		larger = count;
	/* By memcpy(), as the pointer is one to a type not known here. */
	memcpy(&items, place, sizeof(items));
	void *grown = reallocarray(items, larger, size);
	if (grown == NULL)
		return -1;
	memcpy(place, &grown, sizeof(grown));
	*capacity = larger;
	/* The owner has the memory: memcpy() stored the pointer. */
	/* cppcheck-suppress memleak */
	return 0;
}

void array_sort(void *items, size_t count, size_t size, array_compare *compare)
{
	if (count > 0)
		qsort(items, count, size, compare);
}

void *array_find(const void *key, const void *items, size_t count, size_t size,
		 array_compare *compare)
{
	return count == 0 ? NULL : bsearch(key, items, count, size, compare);
}

size_t array_place(const void *key, const void *items, size_t count,
		   size_t size, array_compare *compare)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare((const char *)items + middle * size, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void slots_clear(struct slots *slots)
{
	if (slots->count > 0)
		memset(slots->items, 0, slots->count * sizeof(*slots->items));
}

int slots_reserve(struct slots *slots, size_t items)
{
	size_t count = slots->count == 0 ? FIRST_SLOTS : slots->count;
	while (count < items * 2)
		count *= 2;
	if (count == slots->count)
		return 0;
	uint32_t *larger =
		reallocarray(slots->items, count, sizeof(*slots->items));
	if (larger == NULL)
		return -1;
	*slots = (struct slots){larger, count};
	slots_clear(slots);
	return 1;
}

static pid_t pid_at(const void *items, size_t size, size_t place)
{
	pid_t pid;
	memcpy(&pid, (const char *)items + place * size, sizeof(pid));
	return pid;
}

uint32_t *slots_of_pid(const struct slots *slots, const void *items,
		       size_t size, pid_t pid)
{
	/* Fibonacci hashing, as PIDs come in runs. */
	uint32_t hash = (uint32_t)pid * UINT32_C(2654435769) >> 8;
	size_t at = slots_home(slots, hash);
	while (slots->items[at] != 0 &&
	       pid_at(items, size, slots->items[at] - 1) != pid)
		at = slots_next(slots, at);
	return &slots->items[at];
}
