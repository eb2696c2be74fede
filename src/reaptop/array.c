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
