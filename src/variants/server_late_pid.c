/* server_late_pid: a handler that waits for the children in a table.
 *
 * WRONG ON PURPOSE: a child that dies right after fork is a zombie until another one dies.
 *
 * Belief:       fork returns before the child can die
 * Who reaps:    the SIGCHLD handler: each child whose PID the parent has stored
 * When:         once per signal, for all of them
 * You will see: no zombie, unless a child dies right after fork: make moments
 * Test:         harness/tests/moments/test_variants.py
 * Real bug:     coreutils/coreutils#82, with SIGTERM */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

enum { CHILDREN_MAX = 4096 };

static volatile pid_t children[CHILDREN_MAX]; /* 0: the entry is free */
static volatile int used;                     /* entries that were ever taken */

static void on_sigchld(int signo)
{
	int status, saved_errno = errno;

	(void)signo;
	event_sigchld();
	for (int i = 0; i < used; i++) {
		if (children[i] != 0 &&
		    waitpid(children[i], &status, WNOHANG) > 0) {
			event_reap(children[i], status);
			children[i] = 0;
		}
	}
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {.sa_handler = on_sigchld,
				   .sa_flags = SA_RESTART};

	(void)server;
	/* Blocks every signal in the handler, so that a stop cannot come
	 * between waitpid and event_reap. */
	sigfillset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

/* Stores a PID in the first free entry. A table that is full forgets it. */
static void remember(pid_t child)
{
	int i = 0;

	while (i < used && children[i] != 0)
		i++;
	if (i == CHILDREN_MAX)
		return;
	children[i] = child;
	used += i == used;
}

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();

	(void)server;
	(void)client;
	/* The handler may have run here, and not found the child. SIGCHLD would
	 * have to be blocked from before fork until the PID is stored. */
	if (child > 0)
		remember(child);
	return child;
}

static const struct variant variant = {
	.name = "server_late_pid",
	.summary = "A SIGCHLD handler that waits for the PIDs in a table",
	.setup = setup,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
