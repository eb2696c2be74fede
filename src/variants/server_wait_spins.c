/* server_wait_spins: a handler that loops until waitpid fails.
 *
 * WRONG ON PURPOSE: the loop spins: waitpid returns 0, not -1, while a child lives.
 *
 * Belief:       waitpid returns -1 when there is nothing to reap
 * Who reaps:    the SIGCHLD handler
 * When:         once per signal, until no child is left
 * You will see: if one client leaves while another stays: full CPU, no service
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     tomerfiliba-org/rpyc#15 */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

/* Lets a stop through while the handler spins. Not part of the mistake. */
static void let_stop_through(void)
{
	stop_release();
	stop_hold();
}

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	stop_hold();
	while ((child = waitpid(-1, &status, WNOHANG)) >= 0) {
		if (child > 0)
			event_reap(child, status);
		let_stop_through();
	}
	stop_release();
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "server_wait_spins",
	.summary = "A SIGCHLD handler that spins while a child lives",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
