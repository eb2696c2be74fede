/* Right: no handler. SIGCHLD is blocked and read as data, beside the clients. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int deaths = -1; /* the signalfd */

static int setup(struct server *server)
{
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (server_accept_nonblocking(server) < 0 ||
	    sigprocmask(SIG_BLOCK, &sigchld, NULL) < 0)
		return -1;
	deaths = signalfd(-1, &sigchld, SFD_CLOEXEC);
	return deaths < 0 ? -1 : 0;
}

static void reap_the_dead(void)
{
	struct signalfd_siginfo info;
	int status;
	pid_t child;

	if (read(deaths, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	event_sigchld();
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd wake[] = {
		{.fd = server->listener, .events = POLLIN},
		{.fd = deaths, .events = POLLIN},
	};

	for (;;) {
		if (poll(wake, 2, -1) < 0 && errno != EINTR)
			return -1;
		if (wake[1].revents != 0)
			reap_the_dead();
		if (server_accept(server, client) == 0)
			return 0;
		if (errno != EAGAIN)
			return -1;
	}
}

static const struct variant variant = {
	.name = "server",
	.summary = "The accept loop reaps, told by a signalfd",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
