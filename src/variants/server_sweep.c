/* server_sweep: the accept loop reaps, each time before accept.
 *
 * Who reaps:    the accept loop
 * When:         when the next client comes, be that in an hour
 * You will see: zombies that linger while nobody calls, and are then swept
 * Test:         harness/tests/servers/test_catalogue.py
 * Real use:     Python's socketserver.ForkingMixIn, at its next service */
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>

static int next_client(struct server *server, struct client *client)
{
	do {
		reap_all();
		if (server_accept(server, client) == 0)
			return 0;
	} while (errno == EAGAIN);
	return -1;
}

static const struct variant variant = {
	.name = "server_sweep",
	.summary = "The accept loop, when the next client comes",
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
