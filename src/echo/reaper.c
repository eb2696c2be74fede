/* Correct reaping: see reaper.h. */
#include "echo/reaper.h"

#include "echo/log/event.h"
#include "echo/process/stop.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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

int reap_orphans(struct server *server)
{
	int subreaper = 0;

	if (prctl(PR_GET_CHILD_SUBREAPER, &subreaper) < 0)
		return -1;
	return subreaper || getpid() == 1 ? reap_on_sigchld(server) : 0;
}

static void mask_sigchld(int how)
{
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	/* Cannot fail with these arguments. */
	(void)sigprocmask(how, &sigchld, NULL);
}

void reap_hold(void)
{
	mask_sigchld(SIG_BLOCK);
}

void reap_release(void)
{
	mask_sigchld(SIG_UNBLOCK);
}
