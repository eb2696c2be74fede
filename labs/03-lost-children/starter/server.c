/* Lab 03: an echo server whose SIGCHLD handler hears of deaths and reaps nobody.
 *
 * The one gap is in on_sigchld(). All else is there: the core accepts, forks and
 * closes (src/echo/server.c); setup() installs the handler before that.
 * Read next: src/echo/variant.h, what a file like this may say;
 * src/echo/log/event.h, what it may log; waitpid(2), signal-safety(7). */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

/* Runs in the middle of whatever the parent is doing when SIGCHLD is delivered. */
static void on_sigchld(int signo)
{
	(void)signo;
	event_sigchld();
	/* GAP: reap, and say so of each child: event_reap(child, status); */
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		/* Deaths only, and accept(2) starts again by itself. */
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "server",
	.summary = "Lab 03: a SIGCHLD handler of your own",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
