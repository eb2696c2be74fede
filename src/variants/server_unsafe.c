/* server_unsafe: a handler that calls the logger, and the logger takes a lock.
 *
 * WRONG ON PURPOSE: a deadlock if a child dies while the log's lock is held.
 *
 * Belief:       a handler is ordinary code
 * Who reaps:    the SIGCHLD handler, in a loop that logs each death
 * When:         once per signal; also while the accept loop is inside the logger
 * You will see: if stdout stalls and a child dies, the server hangs for ever
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     CollaboraOnline/online#11672, OpenRC/openrc#589 */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

/* Logs a line on stdout, "client at port 40312" or "reaped 4712". */
static void log_line(const char *what, int number)
{
	(void)pthread_mutex_lock(&log_lock); /* may block for ever */
	(void)dprintf(STDOUT_FILENO, "%s %d\n", what, number); /* only a log */
	(void)pthread_mutex_unlock(&log_lock);                 /* cannot fail */
}

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int child, status;

	(void)signo;
	event_sigchld();
	for (stop_hold(); (child = waitpid(-1, &status, WNOHANG)) > 0;
	     stop_hold()) {
		event_reap(child, status);
		stop_release(); /* log_line() may block: allow a stop */
		log_line("reaped", child);
	}
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

static int next_client(struct server *server, struct client *client)
{
	while (server_accept(server, client) < 0) {
		if (errno != EAGAIN)
			return -1;
	}
	log_line("client at port", address_port(&client->peer));
	return 0;
}

static const struct variant variant = {
	.name = "server_unsafe",
	.summary = "A SIGCHLD handler that takes the log's lock",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
