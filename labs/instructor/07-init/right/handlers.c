/* Lab 07: handlers pass signals on, and the loop sleeps in waitpid itself. */
#include <errno.h>
#include <signal.h>
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

static volatile pid_t receiver; /* the program; set while signals are blocked */

static void pass_on(int signo)
{
	int saved_errno = errno;

	(void)kill(receiver, signo);
	errno = saved_errno;
}

static const int passed[] = {SIGHUP,  SIGINT,  SIGQUIT,  SIGTERM, SIGUSR1,
			     SIGUSR2, SIGALRM, SIGWINCH, SIGCONT};

static int install(void)
{
	struct sigaction action = {.sa_handler = pass_on,
				   .sa_flags = SA_RESTART};
	size_t one;

	sigfillset(&action.sa_mask);
	for (one = 0; one < sizeof(passed) / sizeof(passed[0]); one++) {
		if (sigaction(passed[one], &action, NULL) < 0)
			return -1;
	}
	return 0;
}

/* In the child: what came for it meanwhile is to find no handler. Cannot fail. */
static void let_go(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	size_t one;

	sigemptyset(&standard.sa_mask);
	for (one = 0; one < sizeof(passed) / sizeof(passed[0]); one++)
		(void)sigaction(passed[one], &standard, NULL);
}

/* Starts the program. Returns its PID, or -1 with errno set. Signals wait until
 * there is somebody to pass them to; exec resets what is caught. */
static pid_t start(char **argv)
{
	sigset_t all, before;
	pid_t program;

	sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &before) < 0 || install() < 0)
		return -1;
	program = fork();
	receiver = program;
	if (program == 0)
		let_go();
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	if (program == 0)
		_exit(become(argv));
	return program;
}

/* The exit status that says how the program ended. */
static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Looks after all children until the program ends. Returns its exit status. */
static int tend(pid_t program)
{
	int status;
	pid_t child;

	do
		child = waitpid(-1, &status, 0);
	while (child != program && (child > 0 || errno == EINTR));
	return child < 0 ? fail("waitpid") : exit_status(status);
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
	program = start(argv + 1);
	if (program < 0)
		return fail("fork");
	return tend(program);
}
