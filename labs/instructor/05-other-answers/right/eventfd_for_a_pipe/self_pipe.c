/* Lab 05: an eventfd, which is a pipe that holds but a number, wakes the loop. */
#include "echo/event.h"
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int wake; /* set before the handler is installed */

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	event_sigchld();
	uint64_t one = 1;
	/* A full counter is no loss: it wakes the loop as well. */
	ssize_t ignored = write(wake, &one, sizeof(one));
	(void)ignored;
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	sigemptyset(&action.sa_mask);
	if (server_accept_nonblocking(server) < 0 ||
	    (wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd ready[] = {
		{.fd = server->listener, .events = POLLIN},
		{.fd = wake, .events = POLLIN},
	};
	uint64_t count;

	do {
		if (poll(ready, 2, -1) < 0 && errno != EINTR)
			return -1;
		/* Emptied before reaping: a death after this writes again. */
		while (read(wake, &count, sizeof(count)) > 0)
			;
		reap_all();
		if (server_accept(server, client) == 0)
			return 0;
	} while (errno == EAGAIN);
	return -1;
}

static const struct variant variant = {
	.name = "self_pipe",
	.summary = "The accept loop, woken by a byte that the handler writes",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
