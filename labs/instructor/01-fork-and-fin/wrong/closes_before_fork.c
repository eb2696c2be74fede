/* WRONG ON PURPOSE: no client is answered: what is closed before fork is
 * closed on both sides.
 *
 * Belief: fork hands the descriptors over, and close gives up one's own share. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <unistd.h>

static pid_t fork_child(struct server *server, struct client *client)
{
	(void)server;
	(void)close(client->conn); /* "the parent's copy" */
	return server_fork();
}

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
	.summary = "The connected socket is closed before fork",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
