/* WRONG ON PURPOSE: the parent closes the socket it accepts on: the server
 * ends with its first client. The child closes the one it should echo on.
 *
 * Belief: none has a name; the two sockets, or the two processes, are taken
 * for each other. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <unistd.h>

static void in_child(struct server *server, struct client *client)
{
	(void)server;
	(void)close(client->conn);
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	(void)client;
	(void)close(server->listener);
}

static const struct variant variant = {
	.name = "server",
	.summary = "Each side closes what it needs",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
