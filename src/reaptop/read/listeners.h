/* Listening TCP sockets: which ports a process listens on, and which processes
 * hold the sockets of a port. */
#ifndef REAP_READ_LISTENERS_H
#define REAP_READ_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct listener {
	unsigned char address[16]; /* of 4 bytes or 16, in network order */
	bool is_ipv6;
	uint16_t port;
	uint64_t inode; /* the socket's; names it in /proc/PID/fd */
};

/* Zero before first use, free with listener_list_free(). */
struct listener_list {
	struct listener *entries;
	size_t count;
	size_t capacity;
};

void listener_list_free(struct listener_list *list);

/* Reads one line of a net/tcp or net/tcp6 file. 1: a listening socket, stored;
 * 0: the heading; -1: another socket, or no such line. */
int listener_parse(const char *line, size_t size, struct listener *listener);

/* Stores, as text, the address where a client of this machine reaches it: a
 * loopback one if it listens on all. */
enum { LISTENER_ADDRESS_SIZE = 48 };
void listener_reach(const struct listener *listener,
		    char text[LISTENER_ADDRESS_SIZE]);

/* The listening sockets, IPv4 and IPv6, of the network namespace of the
 * process whose folder this is. 0, or -1 with errno. */
int listeners_read(int directory, struct listener_list *list);

/* What a look into a process's descriptors can say. */
enum holding {
	HOLDS_NONE,
	HOLDS_PORT,
	HOLDS_HIDDEN, /* we may not look */
};

/* The lowest port that the process itself (by its folder) listens on, of
 * those in the list. */
enum holding listeners_held_port(int directory,
				 const struct listener_list *list,
				 uint16_t *port);

/* Whether the process holds one of the listening sockets of `port`. */
enum holding listeners_holds(int directory, const struct listener_list *list,
			     uint16_t port);

#endif
