/* TCP sockets as the kernel lists them, of one network namespace: lists of
 * them, and their text in /proc/PID/net/tcp and tcp6. */
#ifndef REAP_READ_TCP_TABLE_H
#define REAP_READ_TCP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One end of a connection. */
struct tcp_endpoint {
	uint8_t address[16]; /* IPv6, or IPv4 as ::ffff:a.b.c.d */
	uint16_t port;       /* host byte order */
};

struct tcp_socket {
	struct tcp_endpoint local;
	struct tcp_endpoint remote;
	/* Names it in /proc/PID/fd. 0: no process holds it, as it waits to be
	 * accepted, or was closed and only the kernel still works on it. */
	uint64_t inode;
	uint32_t receive_queue; /* bytes unread; of a listening socket, the
				 * connections that wait to be accepted */
	uint32_t send_queue; /* bytes not acknowledged; of a listening socket,
			      * how many may wait */
	uint32_t drops;      /* of a listening socket, since it was made */
	uint8_t state;       /* TCP_ESTABLISHED ... of netinet/tcp.h */
	bool six;            /* an IPv6 socket, whatever its addresses */
};

/* Zero before first use, free with tcp_table_free(). */
struct tcp_table {
	struct tcp_socket *sockets;
	size_t count;
	size_t capacity;
	bool details; /* limits and drops of listening sockets are known */
	bool cut;     /* there are more, mostly in TIME_WAIT */
};

enum { TCP_PORTS_MAX = 8 };

/* Which sockets to read. */
struct tcp_query {
	uint32_t states; /* bit n for state n */
	/* Only those with one of these ports at either end; 0: all. */
	uint16_t ports[TCP_PORTS_MAX];
	size_t port_count;
	size_t limit; /* how many the table may hold when all is added */
	size_t time_wait_limit; /* how many of these may be in TIME_WAIT */
	/* There are likely more in TIME_WAIT than that. */
	bool many_time_wait;
	bool without_six; /* IPv6 sockets are not wanted */
};

void tcp_table_free(struct tcp_table *table);

/* Adds a socket. Returns 0, or -1 with errno. */
int tcp_table_add(struct tcp_table *table, const struct tcp_socket *socket);

/* Sorts by inode. Finds the socket with that inode (not 0) in a table so
 * sorted; returns NULL if there is none. */
void tcp_table_sort(struct tcp_table *table);
const struct tcp_socket *tcp_table_find(const struct tcp_table *table,
					uint64_t inode);

/* Returns whether both are the same endpoint. */
bool tcp_endpoint_is(const struct tcp_endpoint *one,
		     const struct tcp_endpoint *other);

/* Returns whether the address is 0.0.0.0 or ::, for every local one. */
bool tcp_endpoint_is_any(const struct tcp_endpoint *endpoint);

/* Returns whether the address is in 127.0.0.0/8 or ::1. */
bool tcp_endpoint_is_loopback(const struct tcp_endpoint *endpoint);

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
