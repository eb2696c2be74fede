/* Lab 04, second part: a server that hands its work to another program.
 *
 *   launch PROGRAM [ARG...]
 *
 * It is set up as servers are: it listens, it ignores SIGPIPE, and SIGCHLD is
 * blocked, to be waited for. Then it runs the program, and exits as that did. The
 * program should start as from a shell, and it does not: look at what it inherits
 * with `launch cat /proc/self/status` and `launch ls -l /proc/self/fd`. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t sigchld;

static int fail(const char *what)
{
	(void)fprintf(stderr, "launch: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Returns 0, or -1 with errno set. */
static int set_up_server(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	sigemptyset(&ignore.sa_mask);
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (listener < 0 || listen(listener, 5) < 0 ||
	    sigaction(SIGPIPE, &ignore, NULL) < 0)
		return -1;
	return sigprocmask(SIG_BLOCK, &sigchld, NULL);
}

/* The child becomes the program. Returns only if that fails. */
static int become(char **argv)
{
	(void)execvp(argv[0], argv);
	(void)fail(argv[0]);
	return 127;
}

/* Waits for the child; returns an exit status as a shell has it. */
static int wait_for(pid_t child)
{
	int status, signo;
	pid_t found;

	while ((found = waitpid(child, &status, WNOHANG)) == 0)
		(void)sigwait(&sigchld, &signo);
	if (found < 0)
		return fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	pid_t child;

	if (argc < 2) {
		(void)fprintf(stderr, "usage: launch PROGRAM [ARG...]\n");
		return 2;
	}
	if (set_up_server() < 0)
		return fail("cannot set up the server");
	child = fork();
	if (child < 0)
		return fail("fork");
	if (child == 0)
		_exit(become(argv + 1));
	return wait_for(child);
}
