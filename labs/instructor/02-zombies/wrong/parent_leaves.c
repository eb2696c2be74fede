/* WRONG ON PURPOSE: no zombie for long: the parent ends, and whoever adopts
 * the child reaps.
 *
 * Belief: a zombie outlives its parent. */
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
	return 0;
}
