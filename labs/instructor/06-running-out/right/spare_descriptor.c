/* Lab 06: a spare descriptor is given up to turn a client away, rather than let it
 * wait; and the kernel reaps. */
#include "echo/variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int spare = -1;

/* Once, before the first accept. The core listens already, with the backlog that
 * the command line asks for; listen(2) may be called again. */
static int setup(struct server *server)
{
	if (listen(server->listener, 128) < 0)
		return -1;
	spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (spare < 0)
		return -1;
	return signal(SIGCHLD, SIG_IGN) == SIG_ERR ? -1 : 0;
}

/* Lets one client go that cannot be served. Without the spare, which another
 * process may have taken (ENFILE), it pauses instead. */
static void turn_away(struct server *server)
{
	static const struct timespec pause = {.tv_nsec = 50000000};

	if (spare >= 0) {
		(void)close(spare);
		(void)close(accept(server->listener, NULL, NULL));
	} else {
		(void)nanosleep(&pause, NULL);
	}
	spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int next_client(struct server *server, struct client *client)
{
	socklen_t size;

	for (;;) {
		size = sizeof(client->peer);
		client->conn =
			accept(server->listener, &client->peer.any, &size);
		if (client->conn >= 0)
			return 0;
		if (errno == EMFILE || errno == ENFILE)
			turn_away(server);
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
	.summary = "A SIGCHLD handler; and it outlives its limits",
	.setup = setup,
	.next_client = next_client,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
