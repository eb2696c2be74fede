/* WRONG ON PURPOSE: the zombie says exit 0: nobody told it STATUS.
 *
 * Belief: a child's exit status is its parent's to set. */
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
	if (child == 0)
		_exit(0);

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
