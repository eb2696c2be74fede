/* Reaping done right, ready-made: see reaper.h. */
#include "echo/reaper.h"

#include "echo/event.h"
#include "echo/stop.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

void reap_all(void)
{
	int status;
	pid_t child;

	stop_hold();
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
	stop_release();
}

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	event_sigchld();
	reap_all();
	errno = saved_errno;
}

int reap_on_sigchld(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}
