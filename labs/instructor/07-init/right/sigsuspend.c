/* Lab 07: handlers note what has come, and sigsuspend is the only place where they
 * are let in: what came before it is not lost. */
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

/* Blocks what will be let in with sigsuspend(2). Returns 0, or -1. */
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

static volatile sig_atomic_t came[65]; /* by the signal's number */

static void note(int signo)
{
	came[signo] = 1;
}

static int note_signals(void)
{
	struct sigaction action = {.sa_handler = note};
	int signo;

	sigfillset(&action.sa_mask);
	for (signo = 1; signo < SIGSYS; signo++) {
		if (sigismember(&taken, signo) == 1 && signo != SIGKILL &&
		    signo != SIGSTOP && sigaction(signo, &action, NULL) < 0)
			return -1;
	}
	return 0;
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
	bool ended = false;
	int one;
	pid_t child;

	while ((child = waitpid(-1, &one, WNOHANG)) > 0) {
		if (child == program) {
			ended = true;
			*status = one;
		}
	}
	return ended;
}

/* Looks after all children until the program ends. Returns its exit status. */
static int tend(pid_t program)
{
	int status, signo;

	if (note_signals() < 0)
		return fail("sigaction");
	for (;;) {
		(void)sigsuspend(&before);
		for (signo = 1; signo < SIGSYS; signo++) {
			if (!came[signo])
				continue;
			came[signo] = 0;
			if (signo != SIGCHLD)
				(void)kill(program, signo);
			else if (reap(program, &status))
				return exit_status(status);
		}
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
