/* server_keeps_listener: the child does not close the listening socket.
 *
 * WRONG ON PURPOSE: the port stays in use after the parent is killed.
 *
 * Belief:       the listening socket is the parent's alone
 * Who reaps:    the SIGCHLD handler, in a loop
 * When:         once per signal, for all dead children
 * You will see: no zombie; if the parent is killed while a client stays: port in use
 * Test:         harness/tests/servers/test_fin.py
 * Real bug:     swift-nav/piksi_buildroot#1167 */
#include "echo/reaper.h"
#include "echo/variant.h"

static void in_child(struct server *server, struct client *client)
{
	(void)server; /* the mistake: its listening socket stays open */
	server_serve_client(client);
}

static const struct variant variant = {
	.name = "server_keeps_listener",
	.summary = "A SIGCHLD handler with a loop; but a close is missing",
	.setup = reap_on_sigchld,
	.in_child = in_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
