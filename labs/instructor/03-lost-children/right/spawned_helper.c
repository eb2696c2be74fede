/* Right: whoever serves a client is another program, run by posix_spawn(3). The
 * socket is its standard input and output. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void on_sigchld(int signo)
{
	int errno_before = errno, status;
	pid_t child;

	(void)signo;
	event_sigchld();
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		event_reap(child, status);
	errno = errno_before;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

static pid_t spawn_cat(struct server *server, struct client *client)
{
	char *command[] = {"cat", NULL};
	posix_spawn_file_actions_t actions;
	pid_t child = -1;

	errno = posix_spawn_file_actions_init(&actions);
	if (errno != 0)
		return -1;
	(void)posix_spawn_file_actions_adddup2(&actions, client->conn, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, client->conn, 1);
	(void)posix_spawn_file_actions_addclose(&actions, client->conn);
	(void)posix_spawn_file_actions_addclose(&actions, server->listener);
	errno = posix_spawnp(&child, command[0], &actions, NULL, command,
			     environ);
	if (errno != 0)
		child = -1;
	(void)posix_spawn_file_actions_destroy(&actions);
	return child;
}

static const struct variant variant = {
	.name = "server",
	.summary = "A handler reaps programs that were spawned",
	.setup = setup,
	.fork_child = spawn_cat,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
