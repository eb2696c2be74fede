/* Lab 02: a zombie, made on purpose. Usage: zombie STATUS
 *
 * To do: one child that ends with the exit status STATUS, and that stays a
 * zombie for as long as its parent lives. The parent sleeps until a signal
 * ends it. Read next: fork(2), _exit(2), pause(2). */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = argc == 2 ? atoi(argv[1]) : 42;

	/* GAP: the child. Ten lines will do. */
	(void)status;

	for (;;)
		(void)pause(); /* fails by being woken, each time */
}
