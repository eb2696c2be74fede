/* A list of connections and a hash table over their two ends. */
#include "reaptop/watch/connection_set.h"

#include <stdlib.h>
#include <string.h>

void connection_set_free(struct connection_set *set)
{
	free(set->items);
	free(set->slots);
	*set = (struct connection_set){0};
}

static void clear_slots(struct connection_set *set)
{
	if (set->slot_count > 0)
		memset(set->slots, 0, set->slot_count * sizeof *set->slots);
}

void connection_set_clear(struct connection_set *set)
{
	set->count = 0;
	clear_slots(set);
}

/* FNV-1a, 32 bits. */
static uint32_t hash_bytes(uint32_t hash, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ at[i]) * UINT32_C(16777619);
	return hash;
}

static size_t home_of(const struct connection_set *set,
		      const struct tcp_endpoint *server,
		      const struct tcp_endpoint *client)
{
	uint32_t hash = UINT32_C(2166136261);
	hash = hash_bytes(hash, &server->port, sizeof server->port);
	hash = hash_bytes(hash, client->address, sizeof client->address);
	hash = hash_bytes(hash, &client->port, sizeof client->port);
	return (hash ^ hash >> 15) & (set->slot_count - 1);
}

/* The slot of that connection, or the empty one where it belongs. */
static uint32_t *slot_of(const struct connection_set *set,
			 const struct tcp_endpoint *server,
			 const struct tcp_endpoint *client)
{
	size_t at = home_of(set, server, client);
	for (;; at = (at + 1) & (set->slot_count - 1)) {
		if (set->slots[at] == 0)
			break;
		const struct connection *item = &set->items[set->slots[at] - 1];
		if (tcp_endpoint_is(&item->client, client) &&
		    tcp_endpoint_is(&item->server, server))
			break;
	}
	return &set->slots[at];
}

/* Room for one more, in slots of which at least half stay empty. */
static int reserve(struct connection_set *set)
{
	if (set->count < set->capacity)
		return 0;
	size_t capacity = set->capacity == 0 ? 64 : set->capacity * 2;
	struct connection *items =
		realloc(set->items, capacity * sizeof *items);
	if (items == NULL)
		return -1;
	set->items = items;
	uint32_t *slots = realloc(set->slots, capacity * 2 * sizeof *slots);
	if (slots == NULL)
		return -1;
	set->slots = slots;
	set->slot_count = capacity * 2;
	set->capacity = capacity;
	clear_slots(set);
	for (size_t i = 0; i < set->count; i++)
		*slot_of(set, &items[i].server, &items[i].client) =
			(uint32_t)i + 1;
	return 0;
}

struct connection *connection_set_find(const struct connection_set *set,
				       const struct tcp_endpoint *server,
				       const struct tcp_endpoint *client)
{
	if (set->slot_count == 0)
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
