/* WRONG ON PURPOSE: kill the parent while a client stays, and the port is
 * taken.
 *
 * Belief: listener-is-the-parents. Real bug: swift-nav/piksi_buildroot#1167. */
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
	(void)server;
	(void)close(client->conn);
}

static const struct variant variant = {
	.name = "server",
	.summary = "The child keeps the listening socket",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
