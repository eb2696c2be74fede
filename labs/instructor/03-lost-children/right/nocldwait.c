/* Right: a handler that only hears of deaths, and SA_NOCLDWAIT, by which the
 * kernel reaps. */
#include "echo/event.h"
#include "echo/variant.h"

#include <signal.h>
#include <stddef.h>

static void on_sigchld(int signo)
{
	(void)signo;
	event_sigchld();
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDWAIT | SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "server",
	.summary = "SA_NOCLDWAIT: the kernel reaps",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
