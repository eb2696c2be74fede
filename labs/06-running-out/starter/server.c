/* Lab 06: an echo server that has never met a limit. It serves well, as long as there
 * is room for one more process, one more descriptor, one more client in the queue.
 * Make it outlive each of the three: make check LAB=06. */
#include "common/complain.h"
#include "echo/reaper.h" /* reap_on_sigchld(), should you want it */
#include "echo/variant.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Once, before the first accept. The core listens already, with the backlog that
 * the command line asks for; listen(2) may be called again. */
static int setup(struct server *server)
{
	(void)server;
	return 0;
}

/* Waits for the next client. Returns 0, or -1 with errno set: the server ends. */
static int next_client(struct server *server, struct client *client)
{
	socklen_t size;

	do {
		size = sizeof(client->peer);
		client->conn =
			accept(server->listener, &client->peer.any, &size);
	} while (client->conn < 0);
	return 0;
}

/* Returns as fork(2) does. If it failed, the core says so and goes on: it calls
 * in_parent next, and then next_client. */
static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();

	(void)server;
	(void)client;
	if (child < 0) {
		complain_errno("fork", errno);
		exit(EXIT_FAILED);
	}
	return child;
}

/* In the parent, after each fork, also a failed one. */
static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	(void)close(client->conn);
}

static const struct variant variant = {
	.name = "server",
	.summary = "Lab 06: a server that has never met a limit",
	.setup = setup,
	.next_client = next_client,
	.fork_child = fork_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
