/* WRONG ON PURPOSE: zombies stay for as long as nobody calls: they are reaped
 * when the next client has come, be that in an hour.
 *
 * No wrong belief about waitpid, and a remark of the diagnosis: zombies-
 * linger. */
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
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
}

static const struct variant variant = {
	.name = "server",
	.summary = "The parent reaps, when the next client has come",
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
