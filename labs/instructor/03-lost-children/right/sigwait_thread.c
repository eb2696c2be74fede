/* Right: SIGCHLD is blocked everywhere, and a thread takes it with sigwait. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static sigset_t sigchld;

static void *reap_for_ever(void *unused)
{
	int signo;

	while (sigwait(&sigchld, &signo) == 0) {
		int status;
		pid_t child;

		event_sigchld();
		while ((child = waitpid(-1, &status, WNOHANG)) > 0)
			event_reap(child, status);
	}
	return unused; /* sigwait fails only for a wrong set */
}

static int setup(struct server *server)
{
	pthread_t reaper;

	(void)server;
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	/* Before the thread is made: it inherits the mask. */
	if (sigprocmask(SIG_BLOCK, &sigchld, NULL) < 0)
		return -1;
	errno = pthread_create(&reaper, NULL, reap_for_ever, NULL);
	if (errno != 0)
		return -1;
	errno = pthread_detach(reaper);
	return errno == 0 ? 0 : -1;
}

static const struct variant variant = {
	.name = "server",
	.summary = "A thread reaps, told by sigwait",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
