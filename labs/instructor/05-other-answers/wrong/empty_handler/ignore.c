/* Lab 05.
 *
 * WRONG ON PURPOSE: a handler that does nothing is not SIG_IGN. */
#include "echo/variant.h"

#include <signal.h>
#include <stddef.h>

static void ignore(int signo)
{
	(void)signo;
}

static int setup(struct server *server)
{
	struct sigaction action = {.sa_handler = ignore,
				   .sa_flags = SA_RESTART};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static const struct variant variant = {
	.name = "ignore",
	.summary = "The kernel, as SIGCHLD is ignored",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
