/* Right: all is closed where the fork is made, the child's side and the
 * parent's. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <unistd.h>

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();

	(void)close(child == 0 ? server->listener : client->conn);
	return child;
}

static void in_child(struct server *server, struct client *client)
{
	(void)server; /* closed in fork_child */
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	(void)client; /* the same */
}

static const struct variant variant = {
	.name = "server",
	.summary = "A close on each side, right after fork",
	.setup = reap_on_sigchld,
	.in_child = in_child,
	.in_parent = in_parent,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
