/* server_serial: the parent waits for each child right after fork.
 *
 * WRONG ON PURPOSE: it serves one client at a time; the second waits for the first.
 *
 * Belief:       just wait() after fork
 * Who reaps:    the parent
 * When:         right after fork, before it accepts again
 * You will see: no zombie; one client that stays keeps all others waiting
 * Test:         harness/tests/servers/test_catalogue_wrong.py */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();
	pid_t reaped;
	int status;

	(void)server;
	(void)client;
	if (child <= 0)
		return child;
	stop_hold_at_death(P_PID, (id_t)child); /* until it is counted */
	while ((reaped = waitpid(child, &status, 0)) < 0 && errno == EINTR)
		;
	if (reaped > 0)
		event_reap(reaped, status);
	stop_release();
	return reaped;
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
