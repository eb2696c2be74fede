/* server_noreap: nobody reaps.
 *
 * WRONG ON PURPOSE: every client leaves a zombie.
 *
 * Belief:       somebody else will reap
 * Who reaps:    nobody
 * When:         never: the default action of SIGCHLD is to do nothing
 * You will see: one zombie per client that left, until the server ends and init reaps
 * Test:         harness/tests/servers/test_noreap.py
 * Real bug:     samm-git/btest-opensource#14 */
#include "echo/variant.h"

static const struct variant variant = {
	.name = "server_noreap",
	.summary = "Nobody",
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
