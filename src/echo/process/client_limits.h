/* Limits on what clients cost: the number of children at a time, and the time that a
 * silent client may keep its child. Both are off by default. */
#ifndef REAP_ECHO_PROCESS_CLIENT_LIMITS_H
#define REAP_ECHO_PROCESS_CLIENT_LIMITS_H

#include <stdbool.h>

struct client_limits {
	int children; /* the highest number, zombies included; 0: no limit */
	int idle;     /* seconds without a byte; 0: no limit */
	int room;     /* clients until the children are counted again */
};

/* Finds out whether children can be counted, if their number is limited. Returns 0, or
 * -1 with errno set. */
int client_limits_check(const struct client_limits *limits);

/* Sets the idle limit on a new client's socket, and decides whether the client is
 * admitted. The parent calls this before the fork. Returns false if the client was
 * refused: an `error` event says why, and its socket was closed with a FIN and without a
 * byte, since an echo server sends only what it was sent.
 *
 * The children are those that the kernel lists as this process's: zombies count, and
 * orphans that went to init do not. While the kernel or a thread reaps children, the list
 * may lack as many as are being reaped (children.h). */
bool client_limits_admit(struct client_limits *limits, int conn);

#endif
