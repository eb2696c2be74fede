/* WRONG ON PURPOSE: no zombie: the child is asleep, and alive.
 *
 * Belief: a zombie is a process that does nothing. */
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;
	pid_t child;

	child = fork();
	if (child < 0)
		return 1;
	(void)status;

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
