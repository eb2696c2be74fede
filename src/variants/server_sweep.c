/* server_sweep: the accept loop reaps before each accept.
 *
 * Who reaps:    the accept loop
 * When:         when the next client comes, however late
 * You will see: zombies that stay until the next client comes
 * Test:         harness/tests/servers/test_catalogue.py
 * Real use:     Python's socketserver.ForkingMixIn, in service_actions() */
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
