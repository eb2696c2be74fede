/* Lab 06.
 *
 * WRONG ON PURPOSE: a server without descriptors ends. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Once, before the first accept. The core listens already, with the backlog that
 * the command line asks for; listen(2) may be called again. */
static int setup(struct server *server)
{
	if (listen(server->listener, 128) < 0)
		return -1;
	return reap_on_sigchld(server);
}

/* Waits for the next client. Returns 0, or -1 with errno set: the server ends. */
static int next_client(struct server *server, struct client *client)
{
	socklen_t size;

	for (;;) {
		size = sizeof(client->peer);
		client->conn =
			accept(server->listener, &client->peer.any, &size);
		if (client->conn >= 0)
			return 0;
		if (errno != EINTR && errno != ECONNABORTED)
			return -1;
	}
}

/* In the parent, after each fork, also a failed one. */
static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	(void)close(client->conn);
}

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler; and it outlives its limits",
	.setup = setup,
	.next_client = next_client,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
