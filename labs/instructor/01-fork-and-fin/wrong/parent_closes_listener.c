/* WRONG ON PURPOSE: the first client is served, and the server ends: the
 * parent closes its own listening socket, not the child's copy.
 *
 * Belief: a descriptor is one thing, wherever it is closed. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <unistd.h>

static void in_child(struct server *server, struct client *client)
{
	(void)server;
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	(void)close(server->listener);
	(void)close(client->conn);
}

static const struct variant variant = {
	.name = "server",
	.summary = "The parent closes both",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
