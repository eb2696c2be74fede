/* server_serial: the parent waits for each child right after it forked it.
 *
 * WRONG ON PURPOSE: one client at a time; the second waits for the first.
 *
 * Belief:       just wait() after fork
 * Who reaps:    the parent
 * When:         right after fork, before it accepts again
 * You will see: no zombie, and a held client that keeps all others waiting
 * Test:         harness/tests/servers/test_catalogue_wrong.py */
#include "echo/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();
	int status;

	(void)server;
	(void)client;
	if (child <= 0)
		return child;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	event_reap(child, status);
	return child;
}

static const struct variant variant = {
	.name = "server_serial",
	.summary = "The parent, right after fork: one client at a time",
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
