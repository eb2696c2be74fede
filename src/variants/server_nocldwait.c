/* server_nocldwait: the kernel reaps, and a handler counts the signals.
 *
 * Who reaps:    the kernel, because of the flag SA_NOCLDWAIT
 * When:         at once; the handler learns that a child died, but not which or how
 * You will see: no zombie even while the parent is frozen; SIGCHLDs are counted
 * Test:         harness/tests/servers/test_catalogue.py */
#include "echo/log/event.h"
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
	.name = "server_nocldwait",
	.summary = "The kernel, asked to by SA_NOCLDWAIT",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
