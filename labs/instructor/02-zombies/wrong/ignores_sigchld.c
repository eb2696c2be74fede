/* WRONG ON PURPOSE: no zombie: with SIGCHLD ignored the kernel reaps at once.
 *
 * Belief: to ignore SIGCHLD is to do nothing about dead children. */
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;
	pid_t child;

	if (signal(SIGCHLD, SIG_IGN) == SIG_ERR)
		return 1;

	child = fork();
	if (child < 0)
		return 1;
	if (child == 0)
		_exit(status);

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
