/* Who serves a port: the processes to watch when only a port is known. */
#ifndef REAP_READ_PORT_OWNER_H
#define REAP_READ_PORT_OWNER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PORT_OWNERS_MAX = 16 };

struct port_owners {
	pid_t pids[PORT_OWNERS_MAX]; /* ascending */
	size_t count; /* more than one if unrelated processes share the port */
};

/* Finds the processes that hold a listening TCP socket of the port (host byte
 * order), in our network namespace. Children of a server may hold it too; of
 * these only the ancestor is given. Returns 0; or -1 with errno: ENOENT,
 * nobody listens; EACCES, someone does, but we may not see who. */
int port_owners_find(int proc, uint16_t port, struct port_owners *owners);

#endif
