/* Lab 07.
 *
 * WRONG ON PURPOSE: it ends when all children have, and not when its program has. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_EXECUTABLE = 126, /* as a shell has it, and env(1) */
	EXIT_NOT_FOUND = 127,
};

static int fail(const char *what)
{
	(void)fprintf(stderr, "init: %s: %s\n", what, strerror(errno));
	return EXIT_FAILED;
}

/* Orphans below this process come to it, and not to PID 1 (which needs no such
 * call). Returns 0, or -1 with errno set. */
static int adopt_orphans(void)
{
	return getpid() == 1 ? 0 : prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Becomes the program. Returns only if that fails: the exit status. */
static int become(char **argv)
{
	int error;

	(void)execvp(argv[0], argv);
	error = errno;
	(void)fail(argv[0]);
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

static sigset_t taken;  /* what is waited for: all but the faults of our own */
static sigset_t before; /* what was blocked when we came: the program's */

/* Blocks what will be taken with sigwaitinfo(2). Returns 0, or -1. */
static int take_signals(void)
{
	static const int faults[] = {SIGBUS,  SIGFPE, SIGILL, SIGSEGV,
				     SIGTRAP, SIGSYS, SIGABRT};
	size_t one;

	sigfillset(&taken);
	for (one = 0; one < sizeof(faults) / sizeof(faults[0]); one++)
		sigdelset(&taken, faults[one]);
	return sigprocmask(SIG_SETMASK, &taken, &before);
}

/* Starts the program. Returns its PID, or -1 with errno set. */
static pid_t start(char **argv)
{
	pid_t program = fork();

	if (program == 0) {
		/* Blocked here would be blocked there. Cannot fail. */
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		_exit(become(argv));
	}
	return program;
}

/* The exit status that says how the program ended. */
static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Reaps all that are dead. Returns whether the program was among them, and stores
 * its wait status. */
static bool reap(pid_t program, int *status)
{
	static bool ended;
	int one;
	pid_t child;

	while ((child = waitpid(-1, &one, WNOHANG)) > 0) {
		if (child == program) {
			ended = true;
			*status = one;
		}
	}
	return ended && child < 0;
}

/* Looks after all children until the program ends. Returns its exit status. */
static int tend(pid_t program)
{
	int status;

	for (;;) {
		int signo = sigwaitinfo(&taken, NULL);

		if (signo == SIGCHLD && reap(program, &status))
			return exit_status(status);
		/* It may have ended a moment ago: its zombie is still ours, so
		 * the PID is nobody else's. */
		if (signo > 0 && signo != SIGCHLD)
			(void)kill(program, signo);
	}
}

int main(int argc, char **argv)
{
	pid_t program;

	if (argc < 2) {
		(void)fprintf(stderr, "usage: init PROGRAM [ARG...]\n");
		return EXIT_USAGE;
	}
	if (adopt_orphans() < 0)
		return fail("prctl");
	if (take_signals() < 0)
		return fail("sigprocmask");
	program = start(argv + 1);
	if (program < 0)
		return fail("fork");
	return tend(program);
}
