/* Lab 05.
 *
 * WRONG ON PURPOSE: the handler reaps, and there is no pipe. */
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
		/* Deaths only, and accept(2) starts again by itself. */
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	/* Not to be interrupted: who was reaped is also to be counted. */
	sigfillset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "self_pipe",
	.summary = "A SIGCHLD handler, a waitpid loop per signal",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
