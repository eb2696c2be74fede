/* Right: the child is a shell that ends with the status asked for. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;
	char command[32];
	char *words[] = {"sh", "-c", command, NULL};
	char *no_environment[] = {NULL};
	pid_t child;

	(void)snprintf(command, sizeof(command), "exit %d", status);
	if (posix_spawn(&child, "/bin/sh", NULL, NULL, words, no_environment) !=
	    0)
		return 1;

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
