/* The open files of a process: /proc/PID/fd. */
#ifndef REAP_READ_DESCRIPTORS_H
#define REAP_READ_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct descriptor {
	int number;
	uint64_t socket;  /* the inode of a socket; 0: it is none */
	char target[128]; /* what the link says, cut: a path, "pipe:[1]" ...;
			   * any bytes */
};

/* Zero before first use, free with descriptor_list_free(). */
struct descriptor_list {
	struct descriptor *entries; /* by number */
	size_t count;
	size_t capacity;
	bool cut; /* there are more than were asked for */
};

void descriptor_list_free(struct descriptor_list *list);

/* Reads at most `limit` descriptors of the process whose folder this is; none
 * if the process is gone or a zombie. Returns 0, or -1 with errno: EACCES, we
 * may not look; others, memory or descriptors of our own ran out. */
int descriptors_read(int directory, size_t limit, struct descriptor_list *list);

/* The inodes of sockets. Zero before first use, free with
 * socket_list_free(). */
struct socket_list {
	uint64_t *inodes;
	size_t count;
	size_t capacity;
};

void socket_list_free(struct socket_list *list);

/* Adds a socket. Returns 0, or -1 with errno. */
int socket_list_add(struct socket_list *list, uint64_t inode);

/* Adds the sockets that the process holds, one for each descriptor. Returns the
 * number of its descriptors, which is what reading them costs; or -1 as
 * descriptors_read(). */
ssize_t descriptors_read_sockets(int directory, struct socket_list *list);

#endif
