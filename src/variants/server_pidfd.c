/* server_pidfd: the accept loop reaps, one pidfd per child in an epoll set.
 *
 * Who reaps:    the accept loop; there is no handler and no waitpid(-1)
 * When:         a pidfd turns readable when its child, and no other, has died
 * You will see: no zombie of its own; a descriptor per child in the parent
 * Test:         harness/tests/servers/test_catalogue.py */
#include "echo/event.h"
#include "echo/pidfd.h"
#include "echo/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

static int watched = -1; /* the epoll set: the listener and the pidfds */

static int setup(struct server *server)
{
	watched = pidfd_check(server) < 0 ? -1 : epoll_create1(EPOLL_CLOEXEC);
	if (watched < 0 || server_accept_nonblocking(server) < 0)
		return -1;
	return pidfd_watch(watched, server->listener);
}

static void reap(int pidfd)
{
	int status;
	pid_t child;

	stop_hold();
	child = pidfd_wait(pidfd, &status);
	if (child > 0)
		event_reap(child, status);
	stop_release();
	(void)close(pidfd); /* which takes it out of the epoll set */
}

static pid_t fork_child(struct server *server, struct client *client)
{
	int pidfd;

	(void)server;
	/* Each pidfd was opened while a connected socket was: that one has the
	 * lowest free number, below all of them, and is the last it needs. */
	pid_t child = pidfd_fork(client->conn, &pidfd);
	if (child > 0 && pidfd_watch(watched, pidfd) < 0)
		pidfd_keep(watched, child, pidfd); /* the set has no room */
	return child;
}

static int next_client(struct server *server, struct client *client)
{
	for (;;) {
		/* Interrupted: then accept finds nobody, and it waits again. */
		int ready = pidfd_await(watched);

		if (ready >= 0 && ready != server->listener)
			reap(ready);
		else if (server_accept(server, client) == 0)
			return 0;
		else if (errno != EAGAIN)
			return -1;
	}
}

static const struct variant variant = {
	.name = "server_pidfd",
	.summary = "The accept loop, one pidfd per child",
	.setup = setup,
	.next_client = next_client,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
