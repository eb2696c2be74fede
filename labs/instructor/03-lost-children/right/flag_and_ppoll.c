/* Right: the handler sets a flag. SIGCHLD is let in only by ppoll, so no wake-
 * up is lost between the look at the flag and the sleep. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static volatile sig_atomic_t somebody_died;
static sigset_t while_asleep; /* the mask of ppoll: SIGCHLD may come */

static void on_sigchld(int signo)
{
	(void)signo;
	event_sigchld();
	somebody_died = 1;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP,
	};
	sigset_t sigchld;

	sigemptyset(&action.sa_mask);
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (server_accept_nonblocking(server) < 0 ||
	    sigprocmask(SIG_BLOCK, &sigchld, &while_asleep) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

static void reap_the_dead(void)
{
	int status;
	pid_t child;

	somebody_died = 0;
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd wake = {.fd = server->listener, .events = POLLIN};

	for (;;) {
		if (ppoll(&wake, 1, NULL, &while_asleep) < 0 && errno != EINTR)
			return -1;
		if (somebody_died)
			reap_the_dead();
		if (server_accept(server, client) == 0)
			return 0;
		if (errno != EAGAIN)
			return -1;
	}
}

static const struct variant variant = {
	.name = "server",
	.summary = "The accept loop reaps, told by a flag",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
