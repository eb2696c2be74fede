/* Right for the server: its child forks once more and dies at once; who serves
 * is an orphan, and init or a subreaper reaps it. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static void in_child(struct server *server, struct client *client)
{
	pid_t grandchild = fork();

	if (grandchild != 0)
		_exit(grandchild < 0 ? 1 : 0);
	(void)close(server->listener);
	server_serve_client(client);
}

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();
	int status;

	(void)server;
	(void)client;
	if (child <= 0)
		return child;
	/* Not for long: it does nothing but fork. */
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	event_reap(child, status);
	return child;
}

static const struct variant variant = {
	.name = "server",
	.summary = "Two forks: whoever adopts the orphans reaps",
	.fork_child = fork_child,
	.in_child = in_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
