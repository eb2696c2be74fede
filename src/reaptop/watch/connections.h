/* The TCP side of a watched server: its listening sockets, its connections
 * with the state of both ends, and which processes hold them. */
#ifndef REAP_WATCH_CONNECTIONS_H
#define REAP_WATCH_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/tcp_table.h"
#include "reaptop/watch/connection_set.h"
#include "reaptop/watch/holdings.h"
#include "reaptop/watch/watch.h"

enum {
	TCP_STATE_COUNT = 16,
	/* Descriptors to read in a sample, see holdings_read(): when the user
	 * looks at sockets, and when not. Then sockets in TIME_WAIT are left
	 * out, too. */
	CONNECTIONS_THOROUGH = 2000,
	CONNECTIONS_CASUAL = 800,
	CONNECTIONS_ENDS = 64, /* different ones that are told apart */
};

/* The connections of one server. Zero before first use, free with
 * connections_free(). */
struct connections {
	pid_t pid; /* the server's; 0 before the first sample */
	uint64_t start_ticks;
	/* Its tree's listening sockets. */
	struct tcp_table listening;
	/* Every connection to them: those with a socket at the server, and
	 * those of which only the client's socket is left, on this machine. */
	struct connection_set now;
	struct holdings holdings;
	size_t at_server[TCP_STATE_COUNT]; /* how many are in each state */
	size_t at_client[TCP_STATE_COUNT];
	size_t parent_keeps; /* how many, each for a second at least */
	bool hidden;         /* we may not see what the server holds */
	bool cut;            /* there are more connections than were read */
	/* Internal. */
	struct connection_set before;
	struct tcp_table table;
	/* Where its clients connect, or connected while it listened. */
	struct tcp_endpoint ends[CONNECTIONS_ENDS];
	size_t end_count;
	uint64_t samples;
	bool has_six;        /* in the last sample */
	bool many_time_wait; /* in the last sample */
	struct served_index served;
};

void connections_free(struct connections *connections);

/* Takes a sample of a server as it was last sampled by its watch; starts afresh
 * for another server than before. If the server has ended, the sample has the
 * sockets that its orphans hold. Returns 0, or -1 with errno. */
int connections_sample(struct connections *connections,
		       const struct watch *watch, const struct server *server,
		       long budget);

/* Returns the connection whose server's end that process holds, an established
 * one before others; NULL if there is none, or none known yet. */
const struct connection *
connections_of_process(const struct connections *connections, pid_t pid);

/* Returns how many processes hold a listening socket and stores the first. */
size_t connections_listen_holders(const struct connections *connections,
				  const struct tcp_socket *socket,
				  const struct holder **first);

#endif
