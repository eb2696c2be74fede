/* TCP sockets by netlink: sock_diag(7). */
#ifndef REAP_READ_TCP_DIAG_H
#define REAP_READ_TCP_DIAG_H

#include "reaptop/read/tcp_table.h"

/* Adds the sockets asked for of our own network namespace, with limits and
 * drops. Returns 0, or -1 with errno where this kernel (or the sandbox we are
 * in) does not answer; the table may then hold some already. */
int tcp_diag_read(const struct tcp_query *query, struct tcp_table *table);

#endif
