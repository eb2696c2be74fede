/* The seam between the core and a variant, which answers "who reaps the children?".
 *
 * A variant is one file, src/variants/server_<how>.c. It fills in a struct variant and
 * passes it to server_main(). The core calls the hooks at the moments named below, and
 * knows nothing else about the variant. */
#ifndef REAP_ECHO_VARIANT_H
#define REAP_ECHO_VARIANT_H

#include "common/address.h"
#include "echo/process/client_limits.h"

#include <stdbool.h>
#include <sys/types.h>

/* The running server. */
struct server {
	const struct variant *variant;
	int listener;       /* the listening socket; owned by the core */
	const char *failed; /* the call that is named if the server fails */
	struct client_limits limits; /* for the core only */
};

/* One client, after accept(2). */
struct client {
	int conn;           /* its connected socket */
	union address peer; /* the client's address */
};

struct variant {
	const char *name;    /* of the program: "server_<how>" */
	const char *summary; /* one line for --help: who reaps, and when */

	/* Runs once, before the first accept, for example to install a
	 * handler. Returns 0, or -1 with errno set, which ends the server;
	 * server->failed may name the call. NULL: SIGCHLD keeps its default,
	 * and nobody waits for the children. */
	int (*setup)(struct server *server);

	/* Waits for the next client and stores it. Returns 0, or -1 with errno
	 * set, which ends the server. NULL: calls server_accept(). */
	int (*next_client)(struct server *server, struct client *client);

	/* Makes the child that will serve the client, and counts it. Returns as
	 * fork(2) does, in both processes. NULL: calls server_fork(). */
	pid_t (*fork_child)(struct server *server, struct client *client);

	/* Runs in the child, with both sockets open. It should not return: the
	 * child would continue in the parent's accept loop. NULL: closes the
	 * listening socket and calls server_serve_client(). */
	void (*in_child)(struct server *server, struct client *client);

	/* Runs in the parent after each fork, also after a failed one. NULL:
	 * closes the client's socket. */
	void (*in_parent)(struct server *server, struct client *client);
};

/* Runs the variant: parses the command line, listens, accepts. Returns the exit status
 * for main(): 0, 1 (failed) or 2 (wrong command line). */
int server_main(const struct variant *variant, int argc, char **argv);

/* Forks, counts the child and logs it (event_fork). A stop waits until both are done.
 * Returns as fork(2) does. */
pid_t server_fork(void);

/* The following functions are for variants with a next_client of their own. */

/* Accepts one client. Returns 0 and stores the client. Returns -1 with errno EAGAIN if
 * there is none now and the server may try again: accept was interrupted, the client
 * has left, a non-blocking listener has none, or a resource is short (then this
 * function has paused; see process/trouble.h). Any other errno is final. */
int server_accept(struct server *server, struct client *client);

/* Decides about a wait that failed, with errno as the call left it. Returns 0 if the
 * server may try again: it was interrupted, or a resource is short (then this function
 * has paused). Otherwise returns -1, keeps errno, and keeps the pointer `call` in
 * server->failed. */
int server_wait_failed(struct server *server, const char *call);

/* Makes the listener non-blocking, for variants that poll: the client that poll(2)
 * announced may have left before accept, which would then wait for the next one.
 * Returns 0, or -1 with errno set. */
int server_accept_nonblocking(struct server *server);

/* For an in_child of a variant's own: sets signals to their defaults, echoes until the
 * client's FIN, closes the socket, and ends the process. */
_Noreturn void server_serve_client(struct client *client);

#endif
