/* A list of connections, found by their two ends or by a process. */
#include "reaptop/watch/connection_set.h"

#include <netinet/tcp.h>
#include <stdlib.h>

void connection_set_free(struct connection_set *set)
{
	free(set->items);
	free(set->slots.items);
	*set = (struct connection_set){0};
}

void connection_set_clear(struct connection_set *set)
{
	set->count = 0;
	slots_clear(&set->slots);
}

/* Adds bytes to a hash: FNV-1a, 32 bits. */
static uint32_t hash_bytes(uint32_t hash, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ at[i]) * UINT32_C(16777619);
	return hash;
}

static uint32_t hash_of(const struct tcp_endpoint *server,
			const struct tcp_endpoint *client)
{
	uint32_t hash = UINT32_C(2166136261);
	hash = hash_bytes(hash, &server->port, sizeof(server->port));
	hash = hash_bytes(hash, client->address, sizeof(client->address));
	hash = hash_bytes(hash, &client->port, sizeof(client->port));
	return hash ^ hash >> 15;
}

/* Returns the slot of that connection, or the free one where it belongs. */
static uint32_t *slot_of(const struct connection_set *set,
			 const struct tcp_endpoint *server,
			 const struct tcp_endpoint *client)
{
	const struct slots *slots = &set->slots;
	size_t at = slots_home(slots, hash_of(server, client));
	for (; slots->items[at] != 0; at = slots_next(slots, at)) {
		const struct connection *item =
			&set->items[slots->items[at] - 1];
		if (tcp_endpoint_is(&item->client, client) &&
		    tcp_endpoint_is(&item->server, server))
			break;
	}
	return &slots->items[at];
}

/* Makes room for one more. */
static int reserve(struct connection_set *set)
{
	if (ARRAY_RESERVE(set->items, set->capacity, set->count + 1) != 0)
		return -1;
	int grown = slots_reserve(&set->slots, set->capacity);
	for (size_t i = 0; grown > 0 && i < set->count; i++)
		*slot_of(set, &set->items[i].server, &set->items[i].client) =
			(uint32_t)i + 1;
	return grown < 0 ? -1 : 0;
}

struct connection *connection_set_find(const struct connection_set *set,
				       const struct tcp_endpoint *server,
				       const struct tcp_endpoint *client)
{
	if (set->slots.count == 0)
		return NULL;
	uint32_t item = *slot_of(set, server, client);
	return item == 0 ? NULL : &set->items[item - 1];
}

struct connection *connection_set_add(struct connection_set *set,
				      const struct tcp_endpoint *server,
				      const struct tcp_endpoint *client)
{
	if (reserve(set) != 0)
		return NULL;
	uint32_t *slot = slot_of(set, server, client);
	if (*slot != 0)
		return &set->items[*slot - 1];
	struct connection *item = &set->items[set->count++];
	*item = (struct connection){.server = *server, .client = *client};
	*slot = (uint32_t)set->count;
	return item;
}

void served_free(struct served_index *index)
{
	free(index->items);
	*index = (struct served_index){0};
}

static int add(struct served_index *index, pid_t pid, size_t place)
{
	if (ARRAY_RESERVE(index->items, index->capacity, index->count + 1) != 0)
		return -1;
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
	ARRAY_SORT(index->items, index->count, compare);
	return 0;
}

const struct connection *served_find(const struct served_index *index,
				     const struct connection_set *set,
				     pid_t pid)
{
	const struct connection *found = NULL;
	const struct served key = {.pid = pid};
	for (size_t i = ARRAY_PLACE(index->items, index->count, &key, compare);
	     i < index->count && index->items[i].pid == pid; i++) {
		found = &set->items[index->items[i].place];
		if (found->at_server->state == TCP_ESTABLISHED)
			break;
	}
	return found;
}
