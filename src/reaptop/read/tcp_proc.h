/* TCP sockets as text: /proc/PID/net/tcp and tcp6. */
#ifndef REAP_READ_TCP_PROC_H
#define REAP_READ_TCP_PROC_H

#include "reaptop/read/tcp_table.h"

/* Reads one line, of any content. Returns 0, or -1 if it is the heading or not
 * such a line. */
int tcp_proc_parse(const char *line, size_t size, struct tcp_socket *socket);

/* Adds the sockets asked for of the network namespace of the process whose
 * folder this is. Where only listening ones are asked for, it stops at the
 * first other one: 20,000 connections cost nothing. Returns 0, or -1 with
 * errno. */
int tcp_proc_read(int directory, const struct tcp_query *query,
		  struct tcp_table *table);

#endif
