/* server_waitpid_loop: a handler that reaps until no dead child is left.
 *
 * Who reaps:    the SIGCHLD handler
 * When:         once per signal, for all dead children: SIGCHLDs merge
 * You will see: no zombie, even if children die together
 * Test:         harness/tests/servers/test_waitpid_loop.py */
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
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
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
	.name = "server_waitpid_loop",
	.summary = "A SIGCHLD handler, a waitpid loop per signal",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
