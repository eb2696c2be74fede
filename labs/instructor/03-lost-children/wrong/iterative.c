/* Wrong: the server itself serves one client after the other. */
#include "echo/session.h"
#include "echo/variant.h"

#include <stdint.h>
#include <unistd.h>

/* In place of fork: when it returns, the client has left. */
static pid_t serve(struct server *server, struct client *client)
{
	const char *call;
	uint64_t bytes = 0;

	(void)server;
	(void)session_echo(client->conn, &bytes, &call);
	return getpid();
}

static const struct variant variant = {
	.name = "server",
	.summary = "Nobody is forked: one client at a time",
	.fork_child = serve,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
