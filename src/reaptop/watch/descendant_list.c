/* Descendants in groups, and a hash table over their PIDs. */
#include "reaptop/watch/descendant_list.h"

#include <stdlib.h>
#include <string.h>

void descendant_list_free(struct descendant_list *list)
{
	free(list->items);
	free(list->groups);
	free(list->slots);
	*list = (struct descendant_list){0};
}

static void clear_slots(struct descendant_list *list)
{
	if (list->slot_count > 0)
		memset(list->slots, 0, list->slot_count * sizeof *list->slots);
}

void descendant_list_clear(struct descendant_list *list)
{
	list->count = 0;
	list->group_count = 0;
	list->first_orphan = 0;
	clear_slots(list);
}

void descendant_list_end_groups(struct descendant_list *list)
{
	if (list->group_count > 0 &&
	    list->groups[list->group_count - 1].count == 0)
		list->group_count--;
}

int descendant_list_group(struct descendant_list *list, pid_t head)
{
	descendant_list_end_groups(list);
	if (list->group_count == list->group_capacity) {
		size_t capacity = list->group_capacity == 0
					  ? 16
					  : list->group_capacity * 2;
		struct descendant_group *groups =
			realloc(list->groups, capacity * sizeof *groups);
		if (groups == NULL)
			return -1;
		list->groups = groups;
		list->group_capacity = capacity;
	}
	list->groups[list->group_count++] =
		(struct descendant_group){.head = head, .first = list->count};
	return 0;
}

/* The slot of that PID, or the empty one where it belongs. */
static uint32_t *slot_of(const struct descendant_list *list, pid_t pid)
{
	size_t mask = list->slot_count - 1;
	size_t at = ((uint32_t)pid * UINT32_C(2654435769) >> 8) & mask;
	while (list->slots[at] != 0 &&
	       list->items[list->slots[at] - 1].stat.pid != pid)
		at = (at + 1) & mask;
	return &list->slots[at];
}

/* Room for one more, in slots of which at least half stay empty. */
static int reserve(struct descendant_list *list)
{
	if (list->count < list->capacity)
		return 0;
	size_t capacity = list->capacity == 0 ? 32 : list->capacity * 2;
	struct descendant *items =
		realloc(list->items, capacity * sizeof *items);
	if (items == NULL)
		return -1;
	list->items = items;
	uint32_t *slots = realloc(list->slots, capacity * 2 * sizeof *slots);
	if (slots == NULL)
		return -1;
	list->slots = slots;
	list->slot_count = capacity * 2;
	list->capacity = capacity;
	clear_slots(list);
	for (size_t i = 0; i < list->count; i++)
		*slot_of(list, items[i].stat.pid) = (uint32_t)i + 1;
	return 0;
}

int descendant_list_add(struct descendant_list *list,
			const struct descendant *item)
{
	if (reserve(list) != 0)
		return -1;
	uint32_t *slot = slot_of(list, item->stat.pid);
	list->items[list->count++] = *item;
	*slot = (uint32_t)list->count;
	list->groups[list->group_count - 1].count++;
	return 0;
}

const struct descendant *
descendant_list_find(const struct descendant_list *list, pid_t pid)
{
	if (list->slot_count == 0)
		return NULL;
	uint32_t item = *slot_of(list, pid);
	return item == 0 ? NULL : &list->items[item - 1];
}
