/* Lab 05, the kernel reaps.
 *
 * With SIGCHLD ignored a child leaves no zombie behind: sigaction(2), SIG_IGN. */
#include "echo/variant.h"

#include <signal.h>

static int setup(struct server *server)
{
	(void)server;
	return 0;
}

static const struct variant variant = {
	.name = "ignore",
	.summary = "Lab 05: the kernel reaps",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
