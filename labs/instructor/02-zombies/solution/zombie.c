/* Lab 02, solved: a child ends, and its parent never asks how.
 *
 * _exit, as what the parent has buffered or registered is not the child's to
 * flush. */
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
		(void)pause(); /* fails by being woken, each time */
}
