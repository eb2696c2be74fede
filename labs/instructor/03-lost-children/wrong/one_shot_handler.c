/* WRONG ON PURPOSE: the first child is reaped, and no other: SA_RESETHAND,
 * which strict C99's signal(2) implies, gives the default back after one
 * signal.
 *
 * Belief: handler-stays. Real bug: latchset/tang#109. */
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
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP | SA_RESTART | (int)SA_RESETHAND,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler that serves once",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
