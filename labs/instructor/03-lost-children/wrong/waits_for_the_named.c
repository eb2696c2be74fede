/* WRONG ON PURPOSE: of N children that die together N-1 stay zombies. It waits
 * for the child that the signal names, and nobody names the merged ones.
 *
 * Belief: one-signal-one-death. Real bug: systemd/systemd#2961. */
#include "echo/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static void on_sigchld(int signo, siginfo_t *info, void *context)
{
	int saved_errno = errno;
	int status;

	(void)signo;
	(void)context;
	event_sigchld();
	if (waitpid(info->si_pid, &status, WNOHANG) > 0)
		event_reap(info->si_pid, status);
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
	.summary = "A SIGCHLD handler that waits for whom it names",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
