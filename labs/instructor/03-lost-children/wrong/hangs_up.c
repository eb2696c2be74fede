/* Wrong: the server itself answers one word of each client, and hangs up. Nobody waits
 * long, and nobody dies. */
#include "common/write_all.h"
#include "echo/variant.h"

#include <unistd.h>

static pid_t answer(struct server *server, struct client *client)
{
	char said[4096];
	ssize_t size = read(client->conn, said, sizeof(said));

	(void)server;
	if (size > 0)
		(void)write_all(client->conn, said, (size_t)size);
	return getpid();
}

static const struct variant variant = {
	.name = "server",
	.summary = "Nobody is forked: one word for each client",
	.fork_child = answer,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
