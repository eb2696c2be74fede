/* Wrong: a thread for each client, and no child. No zombie ever, and nothing is shown. */
#include "echo/session.h"
#include "echo/variant.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

static void *echo(void *argument)
{
	int conn = (int)(intptr_t)argument;
	const char *call;
	uint64_t bytes = 0;

	(void)session_echo(conn, &bytes, &call);
	(void)close(conn);
	return NULL;
}

/* In place of fork: the core lets go of its own copy of the socket. */
static pid_t start_thread(struct server *server, struct client *client)
{
	int conn = dup(client->conn);
	pthread_t thread;

	(void)server;
	if (conn < 0)
		return -1;
	errno = pthread_create(&thread, NULL, echo, (void *)(intptr_t)conn);
	if (errno != 0) {
		(void)close(conn);
		return -1;
	}
	(void)pthread_detach(thread);
	return getpid();
}

static const struct variant variant = {
	.name = "server",
	.summary = "Nobody is forked: a thread for each client",
	.fork_child = start_thread,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
