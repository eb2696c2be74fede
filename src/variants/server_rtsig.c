/* server_rtsig: one waitpid per signal loses no child, because the signals queue.
 *
 * Who reaps:    a handler for SIGRTMIN, the exit signal of its children
 * When:         once per signal, for the child that the signal names
 * You will see: one queued signal per death while frozen (SigQ), no zombie when thawed.
 *               Beyond RLIMIT_SIGPENDING signals are lost, and zombies stay
 * Test:         harness/tests/servers/test_catalogue.py */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_exit_signal(int signo, siginfo_t *info, void *context)
{
	int saved_errno = errno;
	int status;
	pid_t child;

	(void)signo;
	(void)context;
	event_sigchld();
	/* Without __WALL, waitpid(2) skips children whose exit signal is not
	 * SIGCHLD. It does not search all children, because the PID is given. */
	if ((child = waitpid(info->si_pid, &status, WNOHANG | __WALL)) > 0)
		event_reap(child, status);
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_sigaction = on_exit_signal,
		.sa_flags = SA_SIGINFO | SA_RESTART,
	};

	(void)server;
	sigfillset(&action.sa_mask);
	return sigaction(SIGRTMIN, &action, NULL);
}

static pid_t fork_child(struct server *server, struct client *client)
{
	struct clone_args like_fork = {.exit_signal = (__u64)SIGRTMIN};
	pid_t child;

	(void)server;
	(void)client;
	stop_hold();
	child = (pid_t)syscall(SYS_clone3, &like_fork, sizeof(like_fork));
	if (child > 0)
		event_fork(child);
	if (child == 0)
		(void)signal(SIGRTMIN, SIG_DFL); /* cannot fail */
	else
		stop_release();
	return child;
}

static const struct variant variant = {
	.name = "server_rtsig",
	.summary = "A handler, one waitpid per signal, and the signals queue",
	.setup = setup,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
