/* server_steals: waitpid(-1) beside a library that waits for its own helper.
 *
 * WRONG ON PURPOSE: the library's child is reaped by the server's handler.
 *
 * Belief:       all children are mine
 * Who reaps:    the SIGCHLD handler, in a loop, whosever child it is
 * When:         per signal, all that are dead
 * You will see: the library gets ECHILD, and its client is turned away
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     WiringPi/WiringPi#100, mono/mono#6202 */
#include "echo/event.h"
#include "echo/reaper.h"
#include "echo/stop.h"
#include "echo/trouble.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* The library: whether a client may come in is decided by a helper process that
 * it starts ahead of time, and answered by the helper's exit status. */
static pid_t helper;

static void library_start_helper(void)
{
	helper = server_fork();
	if (helper == 0)
		_exit(0); /* yes */
}

static int library_admits(void)
{
	int status = -1;

	stop_hold_at_death(P_PID, (id_t)helper);
	if (waitpid(helper, &status, 0) < 0)
		trouble("library: lost my helper", SHORTAGE_ANY_CALL, errno);
	else
		event_reap(helper, status);
	stop_release();
	library_start_helper();
	return status == 0;
}

static int setup(struct server *server)
{
	/* Its waitpid(-1) comes first, and takes whatever child has died. */
	if (reap_on_sigchld(server) < 0)
		return -1;
	library_start_helper();
	return 0;
}

static pid_t fork_child(struct server *server, struct client *client)
{
	(void)server;
	(void)client;
	return library_admits() ? server_fork() : -1;
}

static const struct variant variant = {
	.name = "server_steals",
	.summary = "A SIGCHLD handler that reaps whosever child it is",
	.setup = setup,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
