/* server_sigchld: a handler that reaps one child per SIGCHLD.
 *
 * WRONG ON PURPOSE: of N children that die together, N-1 stay zombies.
 *
 * Belief:       one SIGCHLD means one dead child
 * Who reaps:    the SIGCHLD handler
 * When:         once per signal, though signals merge: one pending bit for all
 * You will see: no zombie while children die one by one, else the lost ones
 * Test:         harness/tests/servers/test_sigchld.py
 * Real bug:     AgentD/websrv#1, systemd/systemd#2961 */
#include "echo/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	if ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		/* Deaths only, and accept(2) starts again by itself. */
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	/* Not to be interrupted: who was reaped is also to be counted. */
	sigfillset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "server_sigchld",
	.summary = "A SIGCHLD handler, one waitpid per signal",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
