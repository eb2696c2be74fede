/* WRONG ON PURPOSE: the starter's gap, filled with a process that only looks
 * dead: it sleeps itself.
 *
 * Belief: a zombie is a process that does nothing. */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;

	(void)status;

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
