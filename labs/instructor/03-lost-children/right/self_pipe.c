/* Right: the handler writes a byte to a pipe; the accept loop polls the pipe
 * and the listening socket, and reaps. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static int wake_up[2]; /* set before the handler is installed */

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	event_sigchld();
	/* A full pipe wakes the loop as well as one more byte would. */
	if (write(wake_up[1], "", 1) < 0)
		(void)errno;
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	if (server_accept_nonblocking(server) < 0 ||
	    pipe2(wake_up, O_NONBLOCK | O_CLOEXEC) < 0)
		return -1;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static void reap_the_dead(void)
{
	char bytes[64];
	int status;
	pid_t child;

	/* First the pipe, then the dead: a death in between leaves a byte. */
	while (read(wake_up[0], bytes, sizeof(bytes)) > 0)
		;
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd wake[] = {
		{.fd = server->listener, .events = POLLIN},
		{.fd = wake_up[0], .events = POLLIN},
	};

	for (;;) {
		if (poll(wake, 2, -1) < 0 && errno != EINTR)
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
	.summary = "The accept loop reaps, told by a pipe",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
