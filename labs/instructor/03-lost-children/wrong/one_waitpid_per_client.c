/* WRONG ON PURPOSE: of N children that die together all but one stay zombies,
 * and each client that comes takes one away: it never catches up.
 *
 * Belief: one-client-one-death. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static void in_parent(struct server *server, struct client *client)
{
	int status;
	pid_t child;

	(void)server;
	(void)close(client->conn);
	if ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
}

static const struct variant variant = {
	.name = "server",
	.summary = "The parent reaps one child per client",
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
