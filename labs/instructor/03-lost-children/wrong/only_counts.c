/* WRONG ON PURPOSE: a zombie per client gone. It hears of each death and waits
 * for none.
 *
 * Belief: nobody-reaps. The signal is the news of a death, not the reaping. */
#include "echo/event.h"
#include "echo/variant.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t dead;

static void on_sigchld(int signo)
{
	(void)signo;
	event_sigchld();
	dead = dead + 1;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler that counts",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
