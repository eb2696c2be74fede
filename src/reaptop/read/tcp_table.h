/* TCP sockets as the kernel lists them, of one network namespace. */
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
	/* Names it in /proc/PID/fd. 0: no process can hold it, as it waits in
	 * a queue to be accepted, or was closed and only the kernel goes on
	 * with it. */
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

/* Adds a socket. 0, or -1 with errno. */
int tcp_table_add(struct tcp_table *table, const struct tcp_socket *socket);

/* Sorts by inode, and finds the socket with that inode (not 0) in a table that
 * is so sorted; or NULL. */
void tcp_table_sort(struct tcp_table *table);
const struct tcp_socket *tcp_table_find(const struct tcp_table *table,
					uint64_t inode);

/* Whether a socket is one of those asked for, its state aside. */
bool tcp_query_wants_ports(const struct tcp_query *query,
			   const struct tcp_socket *socket);

/* The same endpoint. */
bool tcp_endpoint_is(const struct tcp_endpoint *one,
		     const struct tcp_endpoint *other);

/* Whether it is every local address: 0.0.0.0 or ::. */
bool tcp_endpoint_is_any(const struct tcp_endpoint *endpoint);

/* Whether it is 127.0.0.0/8 or ::1. */
bool tcp_endpoint_is_loopback(const struct tcp_endpoint *endpoint);

/* Adds the sockets asked for, IPv4 and IPv6, of the network namespace of the
 * process whose folder this is. In our own namespace the kernel is asked by
 * netlink, which can leave out what is not wanted and tells more; elsewhere, or
 * where there is no such netlink, net/tcp and net/tcp6 are read, no more than
 * some 20,000 lines of them. Returns 0, also if the process is gone; or -1
 * with errno. */
int tcp_table_read(int proc, int directory, const struct tcp_query *query,
		   struct tcp_table *table);

#endif
