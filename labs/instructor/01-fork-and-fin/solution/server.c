/* Lab 01, solved: each side of the fork lets go of what only the other uses.
 *
 * The FIN leaves when the last descriptor of the connected socket is closed,
 * and the port is free when the last one of the listening socket is. close(2)
 * cannot fail here in a way that leaves something to do. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <unistd.h>

static void in_child(struct server *server, struct client *client)
{
	(void)close(server->listener);
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	(void)close(client->conn);
}

static const struct variant variant = {
	.name = "server",
	.summary = "Lab 01: two closes to find",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
