/* server_self_pipe: the accept loop reaps when a byte in a pipe wakes it.
 *
 * Who reaps:    the accept loop; the handler writes one byte
 * When:         each time that poll returns, for the pipe or for a client
 * You will see: no zombie; two more descriptors in the parent
 * Test:         harness/tests/servers/test_catalogue.py
 * Real use:     xinetd */
#include "echo/log/event.h"
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static int wake_pipe[2]; /* opened before the handler is installed */

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	event_sigchld();
	/* Fails if the pipe is full. The bytes in the pipe then wake the loop. */
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
		if (poll(wake, 2, -1) < 0 &&
		    server_wait_failed(server, "poll") < 0)
			return -1;
		/* Empty the pipe, then reap: a later death writes again. */
		while (read(wake_pipe[0], bytes, sizeof(bytes)) > 0)
			;
		reap_all();
		if (server_accept(server, client) == 0)
			return 0;
	} while (errno == EAGAIN);
	return -1;
}

static const struct variant variant = {
	.name = "server_self_pipe",
	.summary = "The accept loop, woken by a byte that the handler writes",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
