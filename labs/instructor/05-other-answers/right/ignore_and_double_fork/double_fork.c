/* Lab 05: init reaps. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* The first child: forks the one that will echo, and is gone. */
static pid_t leave_an_orphan(void)
{
	pid_t grandchild = fork();

	if (grandchild > 0)
		event_fork(grandchild);
	if (grandchild != 0)
		_exit(grandchild < 0);
	return 0;
}

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();
	int status;

	(void)server;
	(void)client;
	if (child == 0)
		return leave_an_orphan();
	if (child < 0)
		return -1;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	event_reap(child, status);
	return child;
}

static const struct variant variant = {
	.name = "double_fork",
	.summary = "Init or a subreaper: the echoing process is an orphan",
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
