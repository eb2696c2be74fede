/* WRONG ON PURPOSE: a zombie per client gone. kill(2) does nothing to the
 * dead.
 *
 * Belief: nobody-reaps. Found in answers: "zombies must be killed". */
#include "echo/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static void on_sigchld(int signo, siginfo_t *info, void *context)
{
	int saved_errno = errno;

	(void)signo;
	(void)context;
	event_sigchld();
	(void)kill(info->si_pid, SIGKILL); /* "succeeds", and does nothing */
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_sigaction = on_sigchld,
		.sa_flags = SA_SIGINFO | SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler that kills the dead",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
