/* WRONG ON PURPOSE: no zombie: wait(2) is what ends one.
 *
 * Belief: wait() is needed for a child to end. */
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;
	pid_t child;

	child = fork();
	if (child < 0)
		return 1;
	if (child == 0)
		_exit(status);

	if (wait(NULL) < 0)
		return 1;

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
