/* The rows of the sockets view: a listening socket, the sums, a connection. */
#ifndef REAP_VIEWS_SOCKETS_ROWS_H
#define REAP_VIEWS_SOCKETS_ROWS_H

#include <stddef.h>

#include "reaptop/watch/connections.h"
#include "reaptop/words/line.h"

/* A listening socket: its queue, what was dropped for want of room in it, who
 * holds it. */
void sockets_row_listening(const struct connections *connections,
			   const struct tcp_socket *socket, struct line *line);

/* How many are in each state at the server; and at clients, of those states
 * that remain when the server's end is gone. */
void sockets_row_sums(const struct connections *connections, struct line *line);

/* The heading of the connections, and one of them, in the line's width. */
void sockets_row_heading(struct line *line);
void sockets_row_connection(const struct connections *connections,
			    const struct connection *connection,
			    struct line *line);

#endif
