/* Lists of children: a table found by PID, and those that have just gone. */
#include "reaptop/watch/child_set.h"

#include <stdlib.h>
#include <string.h>

void child_set_free(struct child_set *set)
{
	free(set->items);
	free(set->slots.items);
	*set = (struct child_set){0};
}

void child_set_clear(struct child_set *set)
{
	set->count = 0;
	slots_clear(&set->slots);
}

/* Returns the slot of that PID, or the free one where it belongs. */
static uint32_t *slot_of(const struct child_set *set, pid_t pid)
{
	const struct slots *slots = &set->slots;
	size_t at = slots_home(slots, slots_hash_pid(pid));
	while (slots->items[at] != 0 &&
	       set->items[slots->items[at] - 1].stat.pid != pid)
		at = slots_next(slots, at);
	return &slots->items[at];
}

static void enter_all(struct child_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		*slot_of(set, set->items[i].stat.pid) = (uint32_t)i + 1;
}

int child_set_reserve(struct child_set *set, size_t count)
{
	if (ARRAY_RESERVE(set->items, set->capacity, count) != 0)
		return -1;
	int grown = slots_reserve(&set->slots, set->capacity);
	if (grown > 0)
		enter_all(set);
	return grown < 0 ? -1 : 0;
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
	if (set->slots.count == 0)
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
	slots_clear(&set->slots);
	enter_all(set);
}

static void drop_first(struct departed *departed, size_t count)
{
	departed->count -= count;
	memmove(departed->items, departed->items + count,
		departed->count * sizeof(*departed->items));
}

void departed_add(struct departed *departed, const struct child *child,
		  int64_t now)
{
	if (departed->count == DEPARTED_MAX)
		drop_first(departed, 1);
	struct child *item = &departed->items[departed->count++];
	*item = *child;
	item->gone = now;
}

struct child *departed_find(struct departed *departed, pid_t pid, int64_t now)
{
	for (size_t i = departed->count; i > 0; i--) {
		struct child *item = &departed->items[i - 1];
		if (item->gone == now && item->stat.pid == pid)
			return item;
	}
	return NULL;
}

void departed_expire(struct departed *departed, int64_t now)
{
	size_t old = 0;
	while (old < departed->count &&
	       now - departed->items[old].gone >= CHILD_NEWS_NS)
		old++;
	if (old > 0)
		drop_first(departed, old);
}
