/* Right: the parent sleeps by the second, and wakes up in between. */
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
		(void)sleep(1); /* cut short by a signal: sleeps again */
}
