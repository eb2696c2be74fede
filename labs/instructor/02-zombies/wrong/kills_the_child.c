/* WRONG ON PURPOSE: the zombie says "killed by SIGKILL": one that is killed
 * has no exit status.
 *
 * Belief: zombies are made by killing. */
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;
	pid_t child;

	(void)status;
	child = fork();
	if (child < 0)
		return 1;
	if (child == 0) {
		for (;;)
			(void)pause();
	}
	if (kill(child, SIGKILL) < 0)
		return 1;

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
