/* Lab 06: what the core does by default is right, but for the queue. */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <sys/socket.h>

static int setup(struct server *server)
{
	if (listen(server->listener, 64) < 0)
		return -1;
	return reap_on_sigchld(server);
}

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler; the core outlives its limits",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
