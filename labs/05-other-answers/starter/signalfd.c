/* Lab 05, SIGCHLD is read as data.
 *
 * SIGCHLD is blocked, and a signalfd turns readable when it is pending; next_client
 * polls the listening socket and the signalfd, and reaps (reap_all). */
#include "echo/reaper.h" /* reap_all() */
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
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
	.name = "signalfd",
	.summary = "Lab 05: SIGCHLD is read as data",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
