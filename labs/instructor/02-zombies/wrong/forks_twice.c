/* WRONG ON PURPOSE: three processes where two were asked for: after the first
 * fork both sides make the second.
 *
 * Belief: fork is something that only the parent goes through. */
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;
	pid_t child;

	child = fork();
	if (child < 0 || fork() < 0)
		return 1;
	if (child == 0)
		_exit(status);

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
