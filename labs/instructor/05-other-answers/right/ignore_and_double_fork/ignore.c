/* Lab 05: the kernel reaps. */
#include "echo/variant.h"

#include <signal.h>
#include <stddef.h>

static int setup(struct server *server)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

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
