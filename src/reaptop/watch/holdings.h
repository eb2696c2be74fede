/* The sockets that the processes of a server's tree hold. Reads a few processes
 * at a time, so that thousands of them cost no more than hundreds. */
#ifndef REAP_WATCH_HOLDINGS_H
#define REAP_WATCH_HOLDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/descriptors.h"

struct process_sockets {
	pid_t pid;
	uint64_t start_ticks;
	bool read;   /* its sockets are known, from this or an earlier sample */
	bool fresh;  /* from this one */
	bool hidden; /* we may not look */
	size_t first; /* its sockets, in `sockets` */
	size_t count;
};

/* A process that holds a socket. */
struct holder {
	uint64_t socket;
	pid_t pid;
};

struct holding_list {
	struct process_sockets *processes; /* by PID */
	size_t count;
	size_t capacity;
	struct socket_list sockets;
};

/* Zero before first use, free with holdings_free(). */
struct holdings {
	struct holding_list now;
	struct holding_list before;
	struct holder *holders; /* by socket, then PID; no two alike */
	size_t holder_count;
	size_t holder_capacity;
	size_t unread; /* processes whose turn has not come yet */
	/* Internal. */
	long credit;
	pid_t last_read;
};

void holdings_free(struct holdings *holdings);

/* Begin a sample, and add each live process to it; holdings_read() follows.
 * They return 0, or -1 with errno when memory or descriptors ran out. */
void holdings_begin(struct holdings *holdings);
int holdings_add(struct holdings *holdings, pid_t pid, uint64_t start_ticks);

/* Reads process `first`, then processes never read before, then the others in
 * turn, until `budget` descriptors (about 2 us each) have been read. The rest
 * keeps what an earlier sample read. A process with very many descriptors is
 * read whole, and then fewer are read until the budget has made up for that; if
 * `first` has so many, it waits for its turn. */
int holdings_read(struct holdings *holdings, int proc, pid_t first,
		  long budget);

/* Returns what is known of a process, or NULL. */
const struct process_sockets *holdings_of(const struct holdings *holdings,
					  pid_t pid);

/* Returns how many processes hold a socket and stores the first. */
size_t holdings_find(const struct holdings *holdings, uint64_t socket,
		     const struct holder **first);

#endif
