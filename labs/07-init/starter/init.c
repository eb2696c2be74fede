/* Lab 07: the smallest init.
 *
 *   init PROGRAM [ARG...]
 *
 * It starts the program, and ends as that does. Meanwhile it is the parent of every
 * orphan below it, and reaps them; and signals sent to it go to the program. So far
 * it only starts the program, and waits for it: make check LAB=07. */
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

/* Starts the program. Returns its PID, or -1 with errno set. */
static pid_t start(char **argv)
{
	pid_t program = fork();

	if (program == 0)
		_exit(become(argv));
	return program;
}

/* The exit status that says how the program ended. */
static int exit_status(int status)
{
	(void)status;
	return 0;
}

/* Looks after all children until the program ends. Returns its exit status. */
static int tend(pid_t program)
{
	int status;

	if (waitpid(program, &status, 0) < 0)
		return fail("waitpid");
	return exit_status(status);
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
