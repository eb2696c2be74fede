/* Many zombies under one parent, for a viewer to look at: zombies COUNT. Forks
 * that many children, which exit at once and are not reaped, prints "ready N"
 * (N is smaller if the machine allows no more), and at the end of its standard
 * input reaps them all and ends: so nothing is left if its starter dies.
 * Read next: viewer_cost.py. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns once the child is a zombie, and leaves it one. 0, or -1 with errno. */
static int make_zombie(void)
{
	siginfo_t info;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	if (child < 0)
		return -1;
	return waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
}

static void wait_for_end_of_input(void)
{
	char ignored[64];
	ssize_t size;

	do {
		size = read(STDIN_FILENO, ignored, sizeof(ignored));
	} while (size > 0 || (size < 0 && errno == EINTR));
}

int main(int argc, char **argv)
{
	long count = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	long made = 0;

	if (count < 1) {
		fprintf(stderr, "usage: zombies COUNT\n");
		return 2;
	}
	while (made < count && make_zombie() == 0)
		made++;
	if (made < count)
		fprintf(stderr, "zombies: fork: %s\n", strerror(errno));
	if (printf("ready %ld\n", made) < 0 || fflush(stdout) == EOF)
		return 1;
	wait_for_end_of_input();
	while (wait(NULL) > 0)
		continue;
	return 0;
}
