/* Right: the parent even waits for the death, but WNOWAIT leaves the zombie. */
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;
	siginfo_t info;
	pid_t child;

	child = fork();
	if (child < 0)
		return 1;
	if (child == 0)
		_exit(status);

	if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0)
		return 1;

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
