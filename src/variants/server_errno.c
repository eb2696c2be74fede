/* server_errno: a handler that changes errno.
 *
 * WRONG ON PURPOSE: accept seems to fail with ECHILD, and the server exits.
 *
 * Belief:       a handler leaves no trace
 * Who reaps:    the SIGCHLD handler; the accept loop unblocks SIGCHLD in one place
 * When:         between a failed accept and the check of its errno
 * You will see: the server exits when its last client leaves
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     avar/sendmail-pmilter#2 */
#include "common/complain.h"
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static sigset_t sigchld;

static void on_sigchld(int signo)
{
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	/* waitpid fails with ECHILD after the last child was reaped. */
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
}

static int setup(struct server *server)
{
	struct sigaction action = {.sa_handler = on_sigchld};

	/* Blocks every signal in the handler, so that a stop cannot come
	 * between waitpid and event_reap. */
	sigfillset(&action.sa_mask);
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (server_accept_nonblocking(server) < 0 ||
	    sigprocmask(SIG_BLOCK, &sigchld, NULL) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd listener = {.fd = server->listener, .events = POLLIN};
	int failed;

	do {
		(void)poll(&listener, 1, 20); /* accept does not block */
		failed = server_accept(server, client);
		/* SIGCHLD is delivered only here. Neither call can fail. */
		(void)sigprocmask(SIG_UNBLOCK, &sigchld, NULL);
		(void)sigprocmask(SIG_BLOCK, &sigchld, NULL);
	} while (failed < 0 && errno == EAGAIN);
	return failed;
}

static const struct variant variant = {
	.name = "server_errno",
	.summary = "A SIGCHLD handler that changes errno",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
