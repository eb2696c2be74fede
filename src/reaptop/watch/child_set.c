/* A list of children and a hash table over their PIDs. */
#include "reaptop/watch/child_set.h"

#include <stdlib.h>
#include <string.h>

void child_set_free(struct child_set *set)
{
	free(set->items);
	free(set->slots);
	*set = (struct child_set){0};
}

static void clear_slots(struct child_set *set)
{
	if (set->slot_count > 0)
		memset(set->slots, 0, set->slot_count * sizeof *set->slots);
}

void child_set_clear(struct child_set *set)
{
	set->count = 0;
	clear_slots(set);
}

/* Where to look for a PID first. Fibonacci hashing: PIDs come in runs. */
static size_t home_of(const struct child_set *set, pid_t pid)
{
	return ((uint32_t)pid * UINT32_C(2654435769) >> 8) &
	       (set->slot_count - 1);
}

/* The slot of that PID, or the empty one where it belongs. */
static uint32_t *slot_of(const struct child_set *set, pid_t pid)
{
	size_t at = home_of(set, pid);
	while (set->slots[at] != 0 &&
	       set->items[set->slots[at] - 1].stat.pid != pid)
		at = (at + 1) & (set->slot_count - 1);
	return &set->slots[at];
}

static void fill_slots(struct child_set *set)
{
	clear_slots(set);
	for (size_t i = 0; i < set->count; i++)
		*slot_of(set, set->items[i].stat.pid) = (uint32_t)i + 1;
}

int child_set_reserve(struct child_set *set, size_t count)
{
	if (count > set->capacity) {
		size_t capacity = count + count / 2 + 16;
		struct child *items =
			realloc(set->items, capacity * sizeof *items);
		if (items == NULL)
			return -1;
		set->items = items;
		set->capacity = capacity;
	}
	size_t slot_count = set->slot_count == 0 ? 64 : set->slot_count;
	while (slot_count < set->capacity * 2)
		slot_count *= 2;
	if (slot_count == set->slot_count)
		return 0;
	uint32_t *slots = realloc(set->slots, slot_count * sizeof *slots);
	if (slots == NULL)
		return -1;
	set->slots = slots;
	set->slot_count = slot_count;
	fill_slots(set);
	return 0;
}

struct child *child_set_add(struct child_set *set, pid_t pid)
{
	uint32_t *slot = slot_of(set, pid);
	uint32_t earlier = *slot;
	struct child *child = &set->items[set->count++];
	*child = (struct child){.stat.pid = pid};
	*slot = (uint32_t)set->count;
	if (earlier != 0)
		set->items[earlier - 1].stat.pid = 0;
	return child;
}

struct child *child_set_find(const struct child_set *set, pid_t pid)
{
	if (set->slot_count == 0)
		return NULL;
	uint32_t item = *slot_of(set, pid);
	return item == 0 ? NULL : &set->items[item - 1];
}

void child_set_compact(struct child_set *set)
{
	size_t kept = 0;
	for (size_t i = 0; i < set->count; i++) {
		if (set->items[i].stat.pid == 0)
			continue;
		if (kept != i)
			set->items[kept] = set->items[i];
		kept++;
	}
	if (kept == set->count)
		return;
	set->count = kept;
	fill_slots(set);
}
