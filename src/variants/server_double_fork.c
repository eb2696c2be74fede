/* server_double_fork: init reaps, because the process that echoes is an orphan.
 *
 * Who reaps:    init or the nearest subreaper. The parent reaps only the first child,
 *               unless the parent itself is init or a subreaper
 * When:         init: whenever it waits; the parent: right after each fork
 * You will see: no zombie of the server; its grandchildren are children of init. A
 *               server that is init reaps more processes than it has forked
 * Test:         harness/tests/servers/test_catalogue.py */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs in the first child: forks the grandchild, which will echo, and exits. The exit
 * code is 0, or the errno of the fork. Returns only in the grandchild: 0. */
static pid_t leave_an_orphan(void)
{
	pid_t grandchild = fork();

	if (grandchild > 0)
		event_fork(grandchild);
	if (grandchild != 0)
		_exit(grandchild < 0 ? errno : 0);
	return 0;
}

/* Returns 0 in the grandchild, and the PID of the first child, already reaped, in the
 * parent; or -1 with errno set. */
static pid_t fork_twice(void)
{
	pid_t child = server_fork();
	pid_t reaped;
	int status;

	if (child == 0)
		return leave_an_orphan();
	if (child < 0)
		return -1;
	stop_hold_at_death(P_PID, (id_t)child); /* until it is counted */
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
	reap_hold(); /* fork_twice() waits for the first child */
	child = fork_twice();
	reap_release();
	return child;
}

static const struct variant variant = {
	.name = "server_double_fork",
	.summary = "Init or a subreaper: the echoing process is an orphan",
	.setup = reap_orphans, /* if this process is init or a subreaper */
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
