/* server_blocked: a good handler, and SIGCHLD blocked since before it started.
 *
 * WRONG ON PURPOSE: the handler never runs; the one pending bit stays set.
 *
 * Belief:       exec starts clean
 * Who reaps:    nobody, though the SIGCHLD handler would, in a loop
 * When:         never: a blocked signal stays blocked through exec
 * You will see: SIGCHLD caught, blocked and pending; a zombie per client gone
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     jow-/ucode#383 */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <signal.h>
#include <stddef.h>

/* Stands in for a starter that blocked SIGCHLD and then called exec: the core
 * has unblocked all by now, as a server should. */
static int block_as_the_starter_did(void)
{
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	return sigprocmask(SIG_BLOCK, &sigchld, NULL);
}

static int setup(struct server *server)
{
	if (block_as_the_starter_did() < 0)
		return -1;
	return reap_on_sigchld(server);
}

static const struct variant variant = {
	.name = "server_blocked",
	.summary = "A SIGCHLD handler; but the signal is blocked",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
