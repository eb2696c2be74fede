/* Right, if wasteful: the parent keeps the connected socket until its child is
 * reaped, and then closes it. One client at most waits for the FIN that much
 * longer. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 64 };

static struct {
	volatile pid_t child; /* 0: free */
	volatile int conn;
} kept[MOST];

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	while ((child = waitpid(-1, &status, WNOHANG)) > 0) {
		event_reap(child, status);
		for (int i = 0; i < MOST; i++) {
			if (kept[i].child != child)
				continue;
			(void)close(kept[i].conn);
			kept[i].child = 0;
		}
	}
	errno = saved_errno;
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

/* With SIGCHLD blocked: the child may be dead before it is written down. */
static pid_t fork_child(struct server *server, struct client *client)
{
	sigset_t sigchld;
	sigset_t before;
	pid_t child;

	(void)server;
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &sigchld, &before);
	child = server_fork();
	for (int i = 0; child > 0 && i < MOST; i++) {
		if (kept[i].child != 0)
			continue;
		kept[i].conn = client->conn;
		kept[i].child = child;
		client->conn = -1;
		break;
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return child;
}

static void in_child(struct server *server, struct client *client)
{
	(void)close(server->listener);
	for (int i = 0; i < MOST; i++) {
		if (kept[i].child != 0)
			(void)close(kept[i].conn);
	}
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	(void)server;
	if (client->conn >= 0)
		(void)close(client->conn); /* no room to remember it */
}

static const struct variant variant = {
	.name = "server",
	.summary = "The parent closes when it reaps",
	.setup = setup,
	.fork_child = fork_child,
	.in_child = in_child,
	.in_parent = in_parent,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
