/* server_pidfd: the accept loop reaps; an epoll set has one pidfd per child.
 *
 * Who reaps:    the accept loop; there is no handler and no waitpid(-1)
 * When:         when a child's pidfd is readable: that child, and no other, has died
 * You will see: no zombie of a forked child; one descriptor per child in the parent
 * Test:         harness/tests/servers/test_catalogue.py */
#include "echo/log/event.h"
#include "echo/pidfd.h"
#include "echo/process/stop.h"
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
	(void)close(pidfd); /* the epoll set drops it; nothing is lost */
}

static pid_t fork_child(struct server *server, struct client *client)
{
	int pidfd;

	(void)server;
	/* Each pidfd was opened while a connected socket was open. So a new
	 * socket gets a number below all pidfds: the lowest free one. The child
	 * needs no descriptor above its socket. */
	pid_t child = pidfd_fork(client->conn, &pidfd);
	if (child > 0 && pidfd_watch(watched, pidfd) < 0)
		pidfd_keep(watched, child, pidfd); /* the set is full */
	return child;
}

static int next_client(struct server *server, struct client *client)
{
	for (;;) {
		/* -1 after a signal: then accept finds no client. */
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
