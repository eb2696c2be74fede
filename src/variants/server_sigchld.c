/* server_sigchld: a handler that reaps one child per SIGCHLD.
 *
 * WRONG ON PURPOSE: if N children die together, N-1 stay zombies.
 *
 * Belief:       one SIGCHLD means one dead child
 * Who reaps:    the SIGCHLD handler
 * When:         once per signal; but SIGCHLDs merge while one is pending
 * You will see: no zombie if children die one by one; zombies if they die together
 * Test:         harness/tests/servers/test_sigchld.py
 * Real bug:     AgentD/websrv#1, systemd/systemd#2961 */
#include "echo/log/event.h"
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
		/* No SIGCHLD for stopped children; accept(2) restarts. */
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	/* Blocks every signal in the handler, so that a stop cannot come
	 * between waitpid and event_reap. */
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
