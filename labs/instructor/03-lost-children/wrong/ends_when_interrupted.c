/* WRONG ON PURPOSE: the server ends with the first child: SIGCHLD interrupts
 * accept, and -1 is taken for the end. No zombie is left to count, as no
 * server is.
 *
 * Belief: blocking-calls-just-block. */
#include "echo/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
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
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	socklen_t size = sizeof(client->peer);

	client->conn = accept(server->listener, &client->peer.any, &size);
	return client->conn < 0 ? -1 : 0;
}

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler; but accept is interrupted",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
