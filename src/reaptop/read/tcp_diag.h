/* The TCP sockets of a network namespace, by netlink where that is possible
 * (sock_diag(7)), else as tcp_proc.h. */
#ifndef REAP_READ_TCP_DIAG_H
#define REAP_READ_TCP_DIAG_H

#include "reaptop/read/tcp_table.h"

/* Adds the sockets asked for, IPv4 and IPv6, of the network namespace of the
 * process whose folder this is. In our own namespace it asks the kernel by
 * netlink, which can leave out what is not wanted and gives limits and drops;
 * elsewhere, or where there is no such netlink, it reads net/tcp and net/tcp6,
 * no more than some 20,000 lines of them. Returns 0, also if the process is
 * gone; or -1 with errno. */
int tcp_sockets_read(int proc, int directory, const struct tcp_query *query,
		     struct tcp_table *table);

/* Adds the sockets in the messages of one answer of netlink, which is aligned
 * as a struct nlmsghdr is; up to the limit of the query. Returns 1 if the
 * answer is complete, 0 if more is to come; -1 with errno: that of an error
 * message, EPROTO if the message has no valid one, or that of tcp_table_add().
 * Skips a message that is too short for a socket, or of which a part is
 * missing. */
int tcp_answer_take(const void *answer, size_t size,
		    const struct tcp_query *query, struct tcp_table *table);

#endif
