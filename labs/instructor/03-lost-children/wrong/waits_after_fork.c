/* WRONG ON PURPOSE: one client at a time: the parent sleeps in waitpid while
 * its child serves.
 *
 * Belief: wait-after-fork. */
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
	child = waitpid(-1, &status, 0);
	if (child > 0)
		event_reap(child, status);
}

static const struct variant variant = {
	.name = "server",
	.summary = "The parent waits, right after fork",
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
