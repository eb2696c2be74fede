/* Lab 01: an echo server in which two processes hold what only one of them
 * needs.
 *
 * fork(2) copied every descriptor: from then on parent and child hold both the
 * listening and the connected socket. Each hook below is one side of the fork.
 * Read next: src/echo/server.c, who calls these two, and what runs after them;
 * src/echo/variant.h. The dead are reaped for you here: that is labs 02 and
 * 03. */
#include "echo/reaper.h"
#include "echo/variant.h"

static void in_child(struct server *server, struct client *client)
{
	/* GAP: what does the child hold that it will never use? */
	(void)server; /* server->listener is the listening socket */
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	/* GAP: what does the parent hold that it will never use? */
	(void)server;
	(void)client; /* client->conn is the connected socket */
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
