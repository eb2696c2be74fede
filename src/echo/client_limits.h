/* What clients may cost: how many children at a time, and how long a silent one
 * may keep its child. Both are off unless asked for. */
#ifndef REAP_ECHO_CLIENT_LIMITS_H
#define REAP_ECHO_CLIENT_LIMITS_H

#include <stdbool.h>

struct client_limits {
	int children; /* at most so many, zombies too; 0: as many as come */
	int idle;     /* seconds without a byte; 0: for ever */
	int room;     /* so many may come before children are counted again */
};

/* With a limit on children: finds out whether they can be counted here. Returns
 * 0, or -1 with errno set. */
int client_limits_check(const struct client_limits *limits);

/* In the parent, for a client just accepted, before the fork: puts the idle limit
 * on its connected socket. Returns true if it may come in. Else it was refused:
 * an `error` event says why, and its socket is closed, with a FIN and not a byte,
 * since an echo server's bytes are the client's own.
 *
 * The children are those that the kernel lists as this process's: a zombie is
 * one, an orphan left to init is not. While children are reaped by the kernel or
 * by a thread, the list may lack as many as are being reaped (children.h). */
bool client_limits_admit(struct client_limits *limits, int conn);

#endif
