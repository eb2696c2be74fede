/* WRONG ON PURPOSE: both sockets stay held: close-on-exec acts at exec(3), and
 * a child that only forks never comes there.
 *
 * Beliefs: close-ends-connection, listener-is-the-parents. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <fcntl.h>

static void in_child(struct server *server, struct client *client)
{
	(void)fcntl(server->listener, F_SETFD, FD_CLOEXEC);
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	(void)fcntl(client->conn, F_SETFD, FD_CLOEXEC);
}

static const struct variant variant = {
	.name = "server",
	.summary = "Close-on-exec, and no exec",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
