/* Which process serves which connection. */
#ifndef REAP_WATCH_SERVED_H
#define REAP_WATCH_SERVED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/connection_set.h"

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

/* Makes the index anew, from the holders of each connection. 0, or -1 with
 * errno. */
int served_index(struct served_index *index, const struct connection_set *set);

/* The connection of a process: if several, one that is established before
 * others. NULL: none. */
const struct connection *served_find(const struct served_index *index,
				     const struct connection_set *set,
				     pid_t pid);

#endif
