/* Right: the child keeps descriptors 0 to 2 and the connected socket, and
 * closes whatever else it has inherited, without naming it. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <unistd.h>

static void in_child(struct server *server, struct client *client)
{
	(void)server;
	/* Moved to 3, where the listening socket (or a log) was. */
	if (client->conn != 3)
		client->conn = dup2(client->conn, 3);
	for (int fd = 4; fd < 64; fd++)
		(void)close(fd); /* EBADF where none is open */
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	(void)close(client->conn);
}

static const struct variant variant = {
	.name = "server",
	.summary = "The child keeps one socket, whatever else was there",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
