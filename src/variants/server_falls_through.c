/* server_falls_through: the child does not call _exit.
 *
 * WRONG ON PURPOSE: the child returns to the accept loop and is a second server.
 *
 * Belief:       a child that has done its work is gone
 * Who reaps:    the SIGCHLD handler, in a loop; but few children terminate
 * When:         once per signal, for all dead children
 * You will see: clients leave, but their children stay and fork more children
 * Test:         harness/tests/servers/test_catalogue_wrong.py
 * Real bug:     troglobit/uftpd#32 */
#include "echo/log/event.h"
#include "echo/reaper.h"
#include "echo/session.h"
#include "echo/variant.h"

#include <unistd.h>

static void in_child(struct server *server, struct client *client)
{
	const char *call = NULL;
	uint64_t bytes = 0;

	(void)server;
	if (session_echo(client->conn, &bytes, &call) == 0)
		event_close(bytes);
	(void)close(client->conn); /* nothing can be lost */

	/* The mistake: _exit is missing. */
}

static const struct variant variant = {
	.name = "server_falls_through",
	.summary = "A SIGCHLD handler with a loop; but no child ends",
	.setup = reap_on_sigchld,
	.in_child = in_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
