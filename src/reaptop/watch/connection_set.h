/* A list of connections that finds one by its two ends, or by a process that
 * serves it. */
#ifndef REAP_WATCH_CONNECTION_SET_H
#define REAP_WATCH_CONNECTION_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/array.h"
#include "reaptop/read/tcp_table.h"
#include "reaptop/watch/holdings.h"

struct connection {
	struct tcp_endpoint server;
	struct tcp_endpoint client;
	/* Its sockets, valid until the next sample. NULL: already closed, or on
	 * another machine. */
	const struct tcp_socket *at_server;
	const struct tcp_socket *at_client;
	/* Processes of the tree that hold the server's socket, by PID. */
	const struct holder *holders;
	size_t holder_count;
	/* The watched process itself holds the socket; and it also did when its
	 * descriptors were read before, so it is not just between accept, fork
	 * and close. `parent_since` is the first sample with it, by
	 * CLOCK_MONOTONIC. */
	bool parent_holds;
	bool parent_keeps;
	int64_t parent_since;
	uint64_t number; /* of the sample that first saw it, from 1 */
};

/* Zero before first use, free with connection_set_free(). */
struct connection_set {
	struct connection *items;
	size_t count;
	size_t capacity;
	struct slots slots; /* by both ends */
};

void connection_set_free(struct connection_set *set);
void connection_set_clear(struct connection_set *set);

/* Returns the connection with these two ends, or NULL. */
struct connection *connection_set_find(const struct connection_set *set,
				       const struct tcp_endpoint *server,
				       const struct tcp_endpoint *client);

/* Returns the same connection, added with all else zero if it is not there;
 * NULL with errno when memory is short. Invalidates pointers into the set. */
struct connection *connection_set_add(struct connection_set *set,
				      const struct tcp_endpoint *server,
				      const struct tcp_endpoint *client);

/* A process, and a connection that it holds: its place in the set. */
struct served {
	pid_t pid;
	uint32_t place;
};

/* Zero before first use, free with served_free(). */
struct served_index {
	struct served *items; /* by PID */
	size_t count;
	size_t capacity;
};

void served_free(struct served_index *index);

/* Builds the index from the holders of each connection. Returns 0, or -1 with
 * errno. */
int served_index(struct served_index *index, const struct connection_set *set);

/* Returns the connection of a process, an established one before others, or
 * NULL. */
const struct connection *served_find(const struct served_index *index,
				     const struct connection_set *set,
				     pid_t pid);

#endif
