/* WRONG ON PURPOSE: the child closes, and no FIN reaches the client: the
 * parent holds the connected socket, one more per client, until it may open no
 * more.
 *
 * Belief: close-ends-connection. Real bug: novnc/websockify#332. */
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
	(void)client;
}

static const struct variant variant = {
	.name = "server",
	.summary = "The parent keeps the connected socket",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
