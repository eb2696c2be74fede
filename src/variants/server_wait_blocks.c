/* server_wait_blocks: a handler that also waits for children that are alive.
 *
 * WRONG ON PURPOSE: without WNOHANG the handler blocks while any client stays.
 *
 * Belief:       the loop ends when the dead are reaped
 * Who reaps:    the SIGCHLD handler
 * When:         once per signal, until no child is left
 * You will see: if one client leaves while another stays, no new client is served
 * Test:         harness/tests/servers/test_catalogue_wrong.py */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

/* Counts a reaped child. Then lets a stop through until the next child dies, which is
 * not part of the mistake. */
static void count(pid_t child, int status)
{
	event_reap(child, status);
	stop_release();
	stop_hold_at_death(P_ALL, 0);
}

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	stop_hold_at_death(P_ALL, 0);
	while ((child = wait(&status)) > 0)
		count(child, status);
	stop_release();
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
	.name = "server_wait_blocks",
	.summary = "A SIGCHLD handler that waits for the living too",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
