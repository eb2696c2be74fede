/* server_sig_ign: the kernel reaps, because SIGCHLD is ignored.
 *
 * Who reaps:    the kernel
 * When:         at once: no child becomes a zombie while SIGCHLD is ignored
 * You will see: no zombie even while the parent is frozen; no exit status
 * Test:         harness/tests/servers/test_catalogue.py
 * Real use:     BusyBox httpd */
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
	.name = "server_sig_ign",
	.summary = "The kernel, as SIGCHLD is ignored",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
