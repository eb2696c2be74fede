/* Lab 05, a descriptor for each child.
 *
 * A pidfd turns readable when its child has died. pidfd_fork() gives one with each
 * child, pidfd_wait() waits for that child alone (echo/pidfd.h); an epoll set holds
 * them and the listening socket, and next_client waits for whichever comes first. */
#include "echo/pidfd.h"
#include "echo/log/event.h" /* event_reap(): for the log */
#include "echo/variant.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

static int setup(struct server *server)
{
	(void)server;
	return 0;
}

static pid_t fork_child(struct server *server, struct client *client)
{
	(void)server;
	(void)client;
	return server_fork();
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
	.name = "pidfd",
	.summary = "Lab 05: a descriptor for each child",
	.setup = setup,
	.fork_child = fork_child,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
