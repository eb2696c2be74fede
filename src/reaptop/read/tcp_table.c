/* TCP sockets: a list of them, and which of two sources it comes from. */
#include "reaptop/read/tcp_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "reaptop/read/proc_file.h"
#include "reaptop/read/tcp_diag.h"
#include "reaptop/read/tcp_proc.h"

void tcp_table_free(struct tcp_table *table)
{
	free(table->sockets);
	*table = (struct tcp_table){0};
}

int tcp_table_add(struct tcp_table *table, const struct tcp_socket *socket)
{
	if (table->count == table->capacity) {
		size_t capacity =
			table->capacity == 0 ? 32 : table->capacity * 2;
		struct tcp_socket *sockets =
			realloc(table->sockets, capacity * sizeof *sockets);
		if (sockets == NULL)
			return -1;
		table->sockets = sockets;
		table->capacity = capacity;
	}
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
		qsort(table->sockets, table->count, sizeof *table->sockets,
		      compare);
}

const struct tcp_socket *tcp_table_find(const struct tcp_table *table,
					uint64_t inode)
{
	const struct tcp_socket key = {.inode = inode};
	if (table->count == 0)
		return NULL;
	return bsearch(&key, table->sockets, table->count, sizeof key, compare);
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
	       memcmp(one->address, other->address, sizeof one->address) == 0;
}

bool tcp_endpoint_is_any(const struct tcp_endpoint *endpoint)
{
	static const uint8_t any6[16];
	static const uint8_t any4[16] = {[10] = 0xff, [11] = 0xff};
	return memcmp(endpoint->address, any6, sizeof any6) == 0 ||
	       memcmp(endpoint->address, any4, sizeof any4) == 0;
}

bool tcp_endpoint_is_loopback(const struct tcp_endpoint *endpoint)
{
	static const uint8_t loopback6[16] = {[15] = 1};
	static const uint8_t mapped[13] = {
		[10] = 0xff, [11] = 0xff, [12] = 127};
	return memcmp(endpoint->address, mapped, sizeof mapped) == 0 ||
	       memcmp(endpoint->address, loopback6, sizeof loopback6) == 0;
}

/* Whether the process is in our network namespace. Its ns/net can be read of
 * our own processes only; but the files below net are the namespace's, each
 * with an inode number of its own (proc_alloc_inum() in fs/proc/generic.c). */
static bool is_our_namespace(int proc, int directory)
{
	struct stat its, ours;
	return fstatat(directory, "net/tcp", &its, 0) == 0 &&
	       fstatat(proc, "self/net/tcp", &ours, 0) == 0 &&
	       its.st_ino == ours.st_ino && its.st_dev == ours.st_dev;
}

int tcp_table_read(int proc, int directory, const struct tcp_query *query,
		   struct tcp_table *table)
{
	size_t before = table->count;
	if (is_our_namespace(proc, directory)) {
		if (tcp_diag_read(query, table) == 0) {
			table->details = true;
			return 0;
		}
		if (errno == ENOMEM)
			return -1;
		table->count = before;
	}
	table->details = false;
	if (tcp_proc_read(directory, query, table) == 0 ||
	    proc_error_is_gone(errno) || errno == EACCES || errno == EINVAL)
		return 0;
	return -1;
}
