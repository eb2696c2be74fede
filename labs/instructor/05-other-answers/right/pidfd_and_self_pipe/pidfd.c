/* Lab 05: a descriptor for each child. */
#include "echo/pidfd.h"
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

static int watched = -1; /* the epoll set: the listener and the pidfds */

static int watch(int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(watched, EPOLL_CTL_ADD, fd, &event);
}

static int setup(struct server *server)
{
	watched = epoll_create1(EPOLL_CLOEXEC);
	if (watched < 0 || server_accept_nonblocking(server) < 0)
		return -1;
	return watch(server->listener);
}

static void reap(int pidfd)
{
	int status;
	pid_t child = pidfd_wait(pidfd, &status);

	if (child > 0)
		event_reap(child, status);
	(void)close(pidfd); /* which takes it out of the epoll set */
}

static pid_t fork_child(struct server *server, struct client *client)
{
	int pidfd;

	(void)server;
	/* Each pidfd was opened while a connected socket was: that one has the
	 * lowest free number, below all of them, and is the last it needs. */
	pid_t child = pidfd_fork(client->conn, &pidfd);
	if (child > 0 && watch(pidfd) < 0)
		reap(pidfd); /* out of memory: wait here, lose nobody */
	return child;
}

static int next_client(struct server *server, struct client *client)
{
	for (;;) {
		struct epoll_event ready = {.data.fd = server->listener};

		/* Interrupted: then accept finds nobody, and it waits again. */
		(void)epoll_wait(watched, &ready, 1, -1);
		if (ready.data.fd != server->listener)
			reap(ready.data.fd);
		else if (server_accept(server, client) == 0)
			return 0;
		else if (errno != EAGAIN)
			return -1;
	}
}

static const struct variant variant = {
	.name = "pidfd",
	.summary = "The accept loop, one pidfd per child",
	.setup = setup,
	.next_client = next_client,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
