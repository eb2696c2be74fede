/* The seam: what one answer to "who reaps the children?" may say.
 *
 * A variant is one file, src/variants/server_<how>.c: it fills in this struct
 * and passes it to server_main(). The core calls the hooks at the moments named
 * here and knows nothing else of a variant. */
#ifndef REAP_ECHO_VARIANT_H
#define REAP_ECHO_VARIANT_H

#include "echo/address.h"

#include <stdbool.h>
#include <sys/types.h>

/* The running server, as far as a variant may know it. */
struct server {
	const struct variant *variant;
	int listener; /* the listening socket; owned by the core */
	bool starved; /* the last accept found no free descriptor */
};

struct variant {
	const char *name;    /* the program's, "server_<how>" */
	const char *summary; /* one line for --help: who reaps, and when */

	/* Once, before the first accept: install a handler, say. Returns 0, or
	 * -1 with errno set, which ends the server. NULL: SIGCHLD stays at its
	 * default, and nobody waits for the children. */
	int (*setup)(struct server *server);

	/* Waits for the next client. Returns its connected socket and stores
	 * its address, or returns -1 with errno set, which ends the server.
	 * NULL: server_accept(). */
	int (*next_client)(struct server *server, union address *peer);

	/* Makes the child that will serve one client: returns as fork(2) does,
	 * on both sides. NULL: fork(). */
	pid_t (*fork_child)(struct server *server);
};

/* Runs the variant: parses the command line, listens, accepts for ever. Returns
 * the exit status for main(): 0, 1 (failed) or 2 (wrong command line). */
int server_main(const struct variant *variant, int argc, char **argv);

/* The default next_client: accept(2), again after every failure that is not
 * the server's own. Interrupted (EINTR): again. Out of descriptors or memory:
 * says so once, pauses, again. Returns the connected socket or -1. */
int server_accept(struct server *server, union address *peer);

#endif
