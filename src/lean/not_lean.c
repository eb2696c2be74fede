/* The same as lean.c, without what makes a fork cheap: for `make LEAN=0`. */
#include "lean/lean.h"

#include <stddef.h>
#include <unistd.h>

pid_t lean_fork(void)
{
	return fork();
}

int lean_run(int (*run)(void *argument, void *room), void *argument)
{
	return run(argument, NULL);
}
