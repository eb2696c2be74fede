/* server_double_fork: init reaps, as the echoing process is nobody's child.
 *
 * Who reaps:    init, or the nearest subreaper; the parent only the first child,
 *               unless it is itself init or a subreaper
 * When:         init: whenever it waits; the parent: right after each fork
 * You will see: no zombie here; grandchildren under init, and theirs are init's. As
 *               init itself it adopts them, and reaps more than it has forked
 * Test:         harness/tests/servers/test_catalogue.py */
#include "echo/event.h"
#include "echo/reaper.h"
#include "echo/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* The first child: forks the one that will echo, and is gone. Its exit code is
 * what made that fail (an errno), or 0. */
static pid_t leave_an_orphan(void)
{
	pid_t grandchild = fork();

	if (grandchild > 0)
		event_fork(grandchild);
	if (grandchild != 0)
		_exit(grandchild < 0 ? errno : 0);
	return 0;
}

static pid_t fork_twice(void)
{
	pid_t child = server_fork();
	pid_t reaped;
	int status;

	if (child == 0)
		return leave_an_orphan();
	if (child < 0)
		return -1;
	stop_hold_at_death(P_PID, (id_t)child); /* reaped is also counted */
	while ((reaped = waitpid(child, &status, 0)) < 0 && errno == EINTR)
		;
	if (reaped > 0)
		event_reap(reaped, status);
	stop_release();
	if (reaped < 0)
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
		errno = WEXITSTATUS(status);
		return -1;
	}
	return child;
}

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child;

	(void)server;
	(void)client;
	reap_hold(); /* the first child is fork_twice()'s to wait for */
	child = fork_twice();
	reap_release();
	return child;
}

static const struct variant variant = {
	.name = "server_double_fork",
	.summary = "Init or a subreaper: the echoing process is an orphan",
	.setup = reap_orphans, /* if they come back: it reaps two a client */
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
