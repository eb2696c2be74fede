/* server_noreap: nobody reaps.
 *
 * Who reaps:    nobody. SIGCHLD keeps its default, which is to do nothing, and
 *               the parent never waits.
 * You will see: a zombie for every client that has left, until the server ends
 *               and init reaps them all.
 * Test:         harness/test_noreap.py
 * Read next:    server_sigchld.c */
#include "echo/variant.h"

static const struct variant variant = {
	.name = "server_noreap",
	.summary = "Nobody",
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
