/* server_eintr: SIGCHLD interrupts accept, and the server does not check.
 *
 * WRONG ON PURPOSE: after an interrupted accept, the server forks a child that spins.
 *
 * Belief:       blocking calls just block
 * Who reaps:    the SIGCHLD handler, once per signal
 * When:         once per signal; the handler is installed without SA_RESTART
 * You will see: after a client has left, a new child uses all of a CPU
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     pmacct/pmacct#62; the first server of this lab */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	if ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP,
	};

	(void)server;
	/* Blocks every signal in the handler, so that a stop cannot come
	 * between waitpid and event_reap. */
	sigfillset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	socklen_t size = sizeof(client->peer);

	client->conn = accept(server->listener, &client->peer.any, &size);
	return 0; /* unchecked: conn is -1 after EINTR */
}

static void in_child(struct server *server, struct client *client)
{
	/* Not part of the mistake: the kernel kills the child after a minute
	 * of CPU time. setrlimit cannot fail here: it only lowers limits. */
	static const struct rlimit minute = {.rlim_cur = 60, .rlim_max = 60};
	char data[1024];
	ssize_t size;

	(void)setrlimit(RLIMIT_CPU, &minute);
	(void)close(server->listener); /* nothing can be lost */
	/* read(2) on descriptor -1 never returns 0. */
	while ((size = read(client->conn, data, sizeof(data))) != 0) {
		if (write(client->conn, data, (size_t)size) < 0)
			continue;
	}
	_exit(0);
}

static const struct variant variant = {
	.name = "server_eintr",
	.summary = "A SIGCHLD handler; but the signal interrupts accept",
	.setup = setup,
	.next_client = next_client,
	.in_child = in_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
