/* Lab 06, one right answer: it reaps, a failed fork costs one client, accept is
 * tried again after a pause, and 128 clients may wait. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Once, before the first accept. The core listens already, with the backlog that
 * the command line asks for; listen(2) may be called again. */
static int setup(struct server *server)
{
	if (listen(server->listener, 128) < 0)
		return -1;
	return reap_on_sigchld(server);
}

/* Whether accept failed for want of something that may come back. */
static bool is_short(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	       error == ENOMEM;
}

/* Waits for the next client. Returns 0, or -1 with errno set: the server ends. */
static int next_client(struct server *server, struct client *client)
{
	/* Long enough not to spin, short enough for whoever waits. */
	static const struct timespec pause = {.tv_nsec = 50000000};
	socklen_t size;

	for (;;) {
		size = sizeof(client->peer);
		client->conn =
			accept(server->listener, &client->peer.any, &size);
		if (client->conn >= 0)
			return 0;
		if (is_short(errno))
			(void)nanosleep(&pause, NULL);
		else if (errno != EINTR && errno != ECONNABORTED)
			return -1;
	}
}

/* In the parent, after each fork, also a failed one. */
static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	(void)close(client->conn);
}

static const struct variant variant = {
	.name = "server",
	.summary = "Lab 06: a server that has never met a limit",
	.setup = setup,
	.next_client = next_client,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
