/* WRONG ON PURPOSE: of N children that die together N-1 stay zombies: the
 * handler counts signals, the loop reaps as many as were counted.
 *
 * Belief: one-signal-one-death. Not cured by moving the work out of the
 * handler. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static volatile sig_atomic_t to_reap;

static void on_sigchld(int signo)
{
	(void)signo;
	event_sigchld();
	to_reap = to_reap + 1;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	do {
		int status;
		pid_t child;

		while (to_reap > 0) {
			to_reap = to_reap - 1;
			child = waitpid(-1, &status, WNOHANG);
			if (child > 0)
				event_reap(child, status);
		}
		if (server_accept(server, client) == 0)
			return 0;
	} while (errno == EAGAIN);
	return -1;
}

static const struct variant variant = {
	.name = "server",
	.summary = "The accept loop, one wait per signal counted",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
