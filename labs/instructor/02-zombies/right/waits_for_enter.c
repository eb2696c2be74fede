/* Right: the parent sleeps until somebody presses Enter, if ever. */
#include <stdio.h>
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

	(void)getchar(); /* whatever comes, it is time to end */
	return 0;
}
