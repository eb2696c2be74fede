/* Right, with more than is needed: the child also shuts the connection down,
 * which sends the FIN whoever else holds it; both closes are there as well. */
#include "echo/reaper.h"
#include "echo/session.h"
#include "echo/variant.h"

#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

static void in_child(struct server *server, struct client *client)
{
	uint64_t bytes = 0;
	const char *call;

	(void)close(server->listener);
	/* Fails when the client has reset: then there is nobody to tell. */
	(void)session_echo(client->conn, &bytes, &call);
	(void)shutdown(client->conn, SHUT_WR);
	(void)close(client->conn);
	_exit(0);
}

static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	(void)close(client->conn);
}

static const struct variant variant = {
	.name = "server",
	.summary = "A shutdown besides the closes",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
