/* Lab 05: SIGCHLD is read as data. */
#include "echo/log/event.h"
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
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
	deaths = signalfd(-1, &sigchld, SFD_NONBLOCK | SFD_CLOEXEC);
	return deaths < 0 ? -1 : 0;
}

/* One siginfo stands for every child that died since the last was read: its
 * PID is not to be trusted to be the only one. */
static void read_deaths(void)
{
	struct signalfd_siginfo info;

	if (read(deaths, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	event_sigchld();
	reap_all();
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd wake[] = {
		{.fd = server->listener, .events = POLLIN},
		{.fd = deaths, .events = POLLIN},
	};

	do {
		if (poll(wake, 2, -1) < 0 && errno != EINTR)
			return -1;
		read_deaths();
		if (server_accept(server, client) == 0)
			return 0;
	} while (errno == EAGAIN);
	return -1;
}

static const struct variant variant = {
	.name = "signalfd",
	.summary = "The accept loop, SIGCHLD read as data",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
