/* A list of TCP sockets, and which endpoints are the same. */
#include "reaptop/read/tcp_table.h"

#include <stdlib.h>
#include <string.h>

#include "reaptop/array.h"

void tcp_table_free(struct tcp_table *table)
{
	free(table->sockets);
	*table = (struct tcp_table){0};
}

int tcp_table_add(struct tcp_table *table, const struct tcp_socket *socket)
{
	if (ARRAY_RESERVE(table->sockets, table->capacity, table->count + 1) !=
	    0)
		return -1;
	table->sockets[table->count++] = *socket;
	return 0;
}

static int compare(const void *one, const void *other)
{
	const struct tcp_socket *a = one, *b = other;
	return (a->inode > b->inode) - (a->inode < b->inode);
}

void tcp_table_sort(struct tcp_table *table)
{
	if (table->count > 0)
		qsort(table->sockets, table->count, sizeof(*table->sockets),
		      compare);
}

const struct tcp_socket *tcp_table_find(const struct tcp_table *table,
					uint64_t inode)
{
	const struct tcp_socket key = {.inode = inode};
	if (table->count == 0)
		return NULL;
	return bsearch(&key, table->sockets, table->count, sizeof(key),
		       compare);
}

bool tcp_query_wants_ports(const struct tcp_query *query,
			   const struct tcp_socket *socket)
{
	if (query->port_count == 0)
		return true;
	for (size_t i = 0; i < query->port_count; i++)
		if (socket->local.port == query->ports[i] ||
		    socket->remote.port == query->ports[i])
			return true;
	return false;
}

bool tcp_endpoint_is(const struct tcp_endpoint *one,
		     const struct tcp_endpoint *other)
{
	return one->port == other->port &&
	       memcmp(one->address, other->address, sizeof(one->address)) == 0;
}

bool tcp_endpoint_is_any(const struct tcp_endpoint *endpoint)
{
	static const uint8_t any6[16];
	static const uint8_t any4[16] = {[10] = 0xff, [11] = 0xff};
	return memcmp(endpoint->address, any6, sizeof(any6)) == 0 ||
	       memcmp(endpoint->address, any4, sizeof(any4)) == 0;
}

bool tcp_endpoint_is_loopback(const struct tcp_endpoint *endpoint)
{
	static const uint8_t loopback6[16] = {[15] = 1};
	static const uint8_t mapped[13] = {
		[10] = 0xff, [11] = 0xff, [12] = 127};
	return memcmp(endpoint->address, mapped, sizeof(mapped)) == 0 ||
	       memcmp(endpoint->address, loopback6, sizeof(loopback6)) == 0;
}
