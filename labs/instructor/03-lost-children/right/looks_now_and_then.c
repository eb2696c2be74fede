/* Right: no signal at all. The loop that waits for clients looks for the dead too,
 * twice a second. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/wait.h>

enum { PERIOD_MS = 500 };

static int setup(struct server *server)
{
	return server_accept_nonblocking(server);
}

static void reap_the_dead(void)
{
	int status;
	pid_t child;

	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd next = {.fd = server->listener, .events = POLLIN};

	for (;;) {
		if (poll(&next, 1, PERIOD_MS) < 0 && errno != EINTR)
			return -1;
		reap_the_dead();
		if (server_accept(server, client) == 0)
			return 0;
		if (errno != EAGAIN)
			return -1;
	}
}

static const struct variant variant = {
	.name = "server",
	.summary = "The accept loop looks for the dead twice a second",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
