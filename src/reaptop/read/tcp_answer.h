/* What the kernel answers to a question of tcp_diag.c: messages with a socket
 * each, see netlink(7) and sock_diag(7). */
#ifndef REAP_READ_TCP_ANSWER_H
#define REAP_READ_TCP_ANSWER_H

#include "reaptop/read/tcp_table.h"

/* Adds the sockets in the messages of one answer, which is aligned as a struct
 * nlmsghdr is; up to the limit of the query. 1: there is no more to come; 0:
 * there is; -1 with errno: that of an error told in it, EPROTO for one that is
 * none, or that of tcp_table_add(). A message too short for a socket, or of
 * which a part is missing, is passed over. */
int tcp_answer_take(const void *answer, size_t size,
		    const struct tcp_query *query, struct tcp_table *table);

#endif
