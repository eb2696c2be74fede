/* WRONG ON PURPOSE: a zombie as asked for, and a parent that burns a CPU to
 * keep it.
 *
 * Belief: whoever waits for nothing must keep running. */
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
	if (child == 0)
		_exit(status);

	for (;;)
		; /* still here */
}
