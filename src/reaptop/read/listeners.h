/* Listening TCP sockets: which ports a process listens on, and which processes
 * serve a port. */
#ifndef REAP_READ_LISTENERS_H
#define REAP_READ_LISTENERS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/tcp_table.h"

/* Reads the listening sockets, IPv4 and IPv6, of the network namespace of the
 * process whose folder this is. Returns 0, or -1 with errno. The caller frees
 * the table. */
int listeners_read(int directory, struct tcp_table *listeners);

/* Stores, as text, the address where a client on this machine reaches the
 * listening socket: a loopback one if it listens on all. */
enum { LISTENER_ADDRESS_SIZE = 48 };
void listener_reach(const struct tcp_socket *listener,
		    char text[LISTENER_ADDRESS_SIZE]);

/* Which listening sockets a process holds, as far as its descriptors say. */
enum holding {
	HOLDS_NONE,
	HOLDS_PORT,
	HOLDS_HIDDEN, /* we may not look */
};

/* Stores the lowest port that the process (by its folder) listens on, among
 * those in the table. */
enum holding listeners_held_port(int directory,
				 const struct tcp_table *listeners,
				 uint16_t *port);

enum { PORT_OWNERS_MAX = 16 };

struct port_owners {
	pid_t pids[PORT_OWNERS_MAX]; /* ascending */
	size_t count; /* more than one if unrelated processes share the port */
};

/* Finds the processes that hold a listening TCP socket of the port (host byte
 * order), in our network namespace. Children of a server may hold the socket
 * too; then only their ancestor is given. Returns 0; or -1 with errno: ENOENT,
 * nobody listens; EACCES, a process does, but we may not see which. */
int port_owners_find(int proc, uint16_t port, struct port_owners *owners);

#endif
