/* Lab 05, a byte in a pipe wakes the loop.
 *
 * The handler writes one byte into a pipe, and does nothing else; next_client polls
 * the listening socket and the pipe, and reaps (reap_all) when there is a byte.
 * What blocks, must not: pipe2(2), O_NONBLOCK; server_accept_nonblocking(). */
#include "echo/reaper.h" /* reap_all() */
#include "echo/variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static int setup(struct server *server)
{
	(void)server;
	return 0;
}

static int next_client(struct server *server, struct client *client)
{
	while (server_accept(server, client) < 0) {
		if (errno != EAGAIN)
			return -1;
	}
	return 0;
}

static const struct variant variant = {
	.name = "self_pipe",
	.summary = "Lab 05: a byte in a pipe wakes the loop",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
