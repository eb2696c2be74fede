/* WRONG ON PURPOSE: one client leaves while another stays, and the server
 * burns CPU: with a child alive waitpid returns 0, not -1.
 *
 * Belief: spins-for-the-living. Real bug: tomerfiliba-org/rpyc#15. */
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
	while ((child = waitpid(-1, &status, WNOHANG)) != -1) {
		if (child > 0)
			event_reap(child, status);
	}
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
	.name = "server",
	.summary = "A SIGCHLD handler, waitpid until it fails",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
