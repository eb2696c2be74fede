/* server_blocked: a correct handler, but SIGCHLD was blocked before exec.
 *
 * WRONG ON PURPOSE: the handler never runs, and SIGCHLD stays pending.
 *
 * Belief:       exec starts clean
 * Who reaps:    nobody: the SIGCHLD handler has a loop, but never runs
 * When:         never: a blocked signal stays blocked across exec
 * You will see: SIGCHLD caught, blocked and pending; one zombie per client that left
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     jow-/ucode#383 */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <signal.h>
#include <stddef.h>

/* Blocks SIGCHLD, in place of a program that did so and then called exec. The core
 * has unblocked all signals by now. */
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
