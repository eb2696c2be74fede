/* server_keeps_conn: the parent does not close the connected socket.
 *
 * WRONG ON PURPOSE: no FIN reaches the client, and descriptors run out.
 *
 * Belief:       my close() closes the connection
 * Who reaps:    the SIGCHLD handler, in a loop
 * When:         once per signal, for all dead children
 * You will see: no zombie; CLOSE_WAIT here, FIN_WAIT2 at the client; at last EMFILE
 * Test:         harness/tests/servers/test_fin.py,
 *               harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     novnc/websockify#332 */
#include "echo/reaper.h"
#include "echo/variant.h"

static void in_parent(struct server *server, struct client *client)
{
	/* The mistake: the parent's copy of the socket stays open. */
	(void)server;
	(void)client;
}

static const struct variant variant = {
	.name = "server_keeps_conn",
	.summary = "A SIGCHLD handler with a loop; but a close is missing",
	.setup = reap_on_sigchld,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
