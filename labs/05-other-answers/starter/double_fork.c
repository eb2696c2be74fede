/* Lab 05, init reaps.
 *
 * The child forks the process that will serve the client, and is gone at once: so
 * that one is an orphan. The parent waits for the first child only. What fork_child
 * returns is what the core goes on with: 0 in the process that is to serve. */
#include "echo/log/event.h" /* event_reap(), event_fork(): for the log */
#include "echo/variant.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t fork_child(struct server *server, struct client *client)
{
	(void)server;
	(void)client;
	return server_fork();
}

static const struct variant variant = {
	.name = "double_fork",
	.summary = "Lab 05: init reaps",
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
