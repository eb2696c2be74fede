/* server_steals: waitpid(-1) in a program whose library waits for its own child.
 *
 * WRONG ON PURPOSE: the server's handler reaps the library's child.
 *
 * Belief:       all children are mine
 * Who reaps:    the SIGCHLD handler, in a loop, also the library's child
 * When:         once per signal, for all dead children
 * You will see: the library's waitpid fails with ECHILD, and the client is refused
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     WiringPi/WiringPi#100, mono/mono#6202 */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/process/trouble.h"
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* The library decides which clients may come in. It asks a helper process, which it
 * starts ahead of time: the exit status 0 means yes. */
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
	/* The mistake: the handler's waitpid(-1) reaps the helper, too. */
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
