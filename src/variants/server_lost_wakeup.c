/* server_lost_wakeup: the accept loop tests a flag, and then waits in accept.
 *
 * WRONG ON PURPOSE: a child that dies just before accept is a zombie until a client comes.
 *
 * Belief:       a wake-up cannot be lost
 * Who reaps:    the accept loop; the handler only sets a flag
 * When:         before each accept, and when SIGCHLD has interrupted it
 * You will see: no zombie, unless a child dies at that one moment: make moments
 * Test:         harness/tests/moments/test_variants.py
 * Real bug:     QubesOS/qubes-issues#241 */
#include "echo/log/event.h"
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t child_died;

static void on_sigchld(int signo)
{
	(void)signo;
	event_sigchld();
	child_died = 1;
}

static int setup(struct server *server)
{
	/* Without SA_RESTART: accept is to fail when a child dies. */
	struct sigaction action = {.sa_handler = on_sigchld};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	do {
		if (child_died) {
			child_died = 0;
			reap_all();
		}
		/* A signal that comes here interrupts nothing. server_flag lets
		 * it come only during ppoll(2). */
		if (server_accept(server, client) == 0)
			return 0;
	} while (errno == EAGAIN);
	return -1;
}

static const struct variant variant = {
	.name = "server_lost_wakeup",
	.summary = "The accept loop, by a flag that it tests before accept",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
