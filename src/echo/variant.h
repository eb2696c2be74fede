/* The seam: what one answer to "who reaps the children?" may say.
 *
 * A variant is one file, src/variants/server_<how>.c: it fills in this struct
 * and passes it to server_main(). The core calls the hooks at the moments named
 * here and knows nothing else of a variant. */
#ifndef REAP_ECHO_VARIANT_H
#define REAP_ECHO_VARIANT_H

#include "echo/address.h"
#include "echo/client_limits.h"

#include <stdbool.h>
#include <sys/types.h>

/* The running server, as far as a variant may know it. */
struct server {
	const struct variant *variant;
	int listener;       /* the listening socket; owned by the core */
	const char *failed; /* what the server ends with, if it fails */
	struct client_limits limits; /* what clients may cost; the core's */
};

/* One client, from accept(2) on. */
struct client {
	int conn;           /* its connected socket */
	union address peer; /* where it calls from */
};

struct variant {
	const char *name;    /* the program's, "server_<how>" */
	const char *summary; /* one line for --help: who reaps, and when */

	/* Once, before the first accept: install a handler, say. Returns 0, or
	 * -1 with errno set, which ends the server; server->failed may name the
	 * call. NULL: SIGCHLD stays at its default, and nobody waits for the
	 * children. */
	int (*setup)(struct server *server);

	/* Waits for the next client and stores it. Returns 0, or -1 with errno
	 * set, which ends the server. NULL: accept(2), again and again. */
	int (*next_client)(struct server *server, struct client *client);

	/* Makes the child that will serve the client, and counts it: returns as
	 * fork(2) does, on both sides. NULL: server_fork(). */
	pid_t (*fork_child)(struct server *server, struct client *client);

	/* The child's life, with both sockets still open. Returning from it is
	 * returning into the parent's accept loop, so nobody should. NULL:
	 * close the listening socket, then server_serve_client(). */
	void (*in_child)(struct server *server, struct client *client);

	/* In the parent, after each fork, also a failed one: nothing is left to
	 * do for the client but to let go of it. NULL: close its socket. */
	void (*in_parent)(struct server *server, struct client *client);
};

/* Runs the variant: parses the command line, listens, accepts for ever. Returns
 * the exit status for main(): 0, 1 (failed) or 2 (wrong command line). */
int server_main(const struct variant *variant, int argc, char **argv);

/* fork(2), counted and logged (event_fork), both before a stop can come between.
 * Returns as fork(2) does. */
pid_t server_fork(void);

/* For a next_client of one's own: a single accept(2). Returns 0 with the client
 * stored; or -1 with errno EAGAIN, when there is none now but the server may ask
 * again: it was interrupted, the client had left, a non-blocking listener has
 * none waiting, or descriptors or memory are short (trouble.h; then it has
 * paused, so that asking again does not spin). Another errno: -1 for good. */
int server_accept(struct server *server, struct client *client);

/* For a next_client that waits with a call of its own, when that has failed, with
 * errno as it left it. Returns 0 if the server may ask again: it was interrupted,
 * or memory is short (trouble.h; then it has paused, so that asking again does not
 * spin). Or -1 with errno kept: for good, and the call's name is what the server
 * ends with. Keeps the pointer. */
int server_wait_failed(struct server *server, const char *call);

/* For a next_client that polls: makes the listener non-blocking, since the client
 * that poll(2) announced may be gone by the time of accept, which would then wait
 * for the next. Returns 0, or -1 with errno set. */
int server_accept_nonblocking(struct server *server);

/* For an in_child of one's own: puts signals back to their defaults, echoes
 * until the client's FIN, closes, and ends the process. */
_Noreturn void server_serve_client(struct client *client);

#endif
