/* WRONG ON PURPOSE: the first child's shutdown(2) of the listening socket
 * stops it for the parent too: the second client is refused, and the server
 * ends.
 *
 * Belief: a descriptor is the socket. close(2) lets go, shutdown(2) acts on
 * all. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <sys/socket.h>
#include <unistd.h>

static void in_child(struct server *server, struct client *client)
{
	(void)shutdown(server->listener, SHUT_RDWR);
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
	.summary = "The child shuts the listening socket down",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
