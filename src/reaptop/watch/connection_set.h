/* A list of connections that finds one by its two ends at once. */
#ifndef REAP_WATCH_CONNECTION_SET_H
#define REAP_WATCH_CONNECTION_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/read/tcp_table.h"
#include "reaptop/watch/holdings.h"

struct connection {
	struct tcp_endpoint server;
	struct tcp_endpoint client;
	/* Its sockets; NULL: not there (any more), or on another machine.
	 * Valid until the next sample. */
	const struct tcp_socket *at_server;
	const struct tcp_socket *at_client;
	/* Processes of the tree that hold the server's socket, by PID. */
	const struct holder *holders;
	size_t holder_count;
	/* The watched process itself holds it; and did when its descriptors
	 * were read before, too: so it is not just between accept, fork and
	 * close. When it was first found with it: CLOCK_MONOTONIC. */
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
	uint32_t *slots;   /* open addressing; item number + 1, 0 empty */
	size_t slot_count; /* a power of two, or 0 */
};

void connection_set_free(struct connection_set *set);
void connection_set_clear(struct connection_set *set);

/* The connection with these two ends, or NULL. */
struct connection *connection_set_find(const struct connection_set *set,
				       const struct tcp_endpoint *server,
				       const struct tcp_endpoint *client);

/* The same; added, all else zero, if it is not there. NULL with errno when
 * memory is short. Pointers into the set end here. */
struct connection *connection_set_add(struct connection_set *set,
				      const struct tcp_endpoint *server,
				      const struct tcp_endpoint *client);

#endif
