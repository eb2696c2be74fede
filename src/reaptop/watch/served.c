/* Which process serves which connection: a sorted list. */
#include "reaptop/watch/served.h"

#include <netinet/tcp.h>
#include <stdlib.h>

void served_free(struct served_index *index)
{
	free(index->items);
	*index = (struct served_index){0};
}

static int add(struct served_index *index, pid_t pid, size_t place)
{
	if (index->count == index->capacity) {
		size_t capacity =
			index->capacity == 0 ? 64 : index->capacity * 2;
		struct served *items =
			realloc(index->items, capacity * sizeof *items);
		if (items == NULL)
			return -1;
		index->items = items;
		index->capacity = capacity;
	}
	index->items[index->count++] = (struct served){pid, (uint32_t)place};
	return 0;
}

static int compare(const void *one, const void *other)
{
	const struct served *a = one, *b = other;
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

int served_index(struct served_index *index, const struct connection_set *set)
{
	index->count = 0;
	for (size_t i = 0; i < set->count; i++) {
		const struct connection *connection = &set->items[i];
		for (size_t j = 0; j < connection->holder_count; j++)
			if (add(index, connection->holders[j].pid, i) != 0)
				return -1;
	}
	if (index->count > 0)
		qsort(index->items, index->count, sizeof *index->items,
		      compare);
	return 0;
}

/* The first item of that PID, or where it would stand. */
static size_t lower_bound(const struct served_index *index, pid_t pid)
{
	size_t low = 0, high = index->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (index->items[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct connection *served_find(const struct served_index *index,
				     const struct connection_set *set,
				     pid_t pid)
{
	const struct connection *found = NULL;
	for (size_t i = lower_bound(index, pid);
	     i < index->count && index->items[i].pid == pid; i++) {
		found = &set->items[index->items[i].place];
		if (found->at_server->state == TCP_ESTABLISHED)
			break;
	}
	return found;
}
