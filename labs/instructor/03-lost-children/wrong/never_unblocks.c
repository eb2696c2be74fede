/* WRONG ON PURPOSE: a zombie per client gone. A right handler, and SIGCHLD
 * blocked "so that it is not disturbed", for good.
 *
 * Belief: exec-starts-clean, as the diagnosis calls all that are deaf: caught,
 * blocked and pending. */
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
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};
	sigset_t sigchld;

	(void)server;
	sigemptyset(&action.sa_mask);
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &sigchld, NULL) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler that is never let in",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
