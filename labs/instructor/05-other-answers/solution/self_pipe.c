/* Lab 05: a byte in a pipe wakes the loop. */
#include "echo/log/event.h"
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static int wake_pipe[2]; /* set before the handler is installed */

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	event_sigchld();
	/* A full pipe is no loss: it wakes the loop as well as this byte. */
	ssize_t ignored = write(wake_pipe[1], "", 1);
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
	    pipe2(wake_pipe, O_NONBLOCK | O_CLOEXEC) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd wake[] = {
		{.fd = server->listener, .events = POLLIN},
		{.fd = wake_pipe[0], .events = POLLIN},
	};
	char bytes[64];

	do {
		if (poll(wake, 2, -1) < 0 && errno != EINTR)
			return -1;
		/* Emptied before reaping: a death after this writes again. */
		while (read(wake_pipe[0], bytes, sizeof(bytes)) > 0)
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
