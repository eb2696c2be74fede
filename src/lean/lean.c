/* A cheap fork: see lean.h. */
#include "lean/lean.h"

#include <alloca.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

/* Also works for larger pages: their sizes are multiples of this one. */
enum { PAGE_SIZE = 4096 };

/* fork(3) also takes the locks of stdio and malloc, and calls the handlers of
 * pthread_atfork(3). The server needs none of this, and it writes to more pages. */
pid_t lean_fork(void)
{
	return _Fork();
}

/* Not inlined: its frame, and those of all functions that it calls, must lie below the
 * caller's. */
static __attribute__((noinline)) int
run_below(int (*run)(void *argument, void *room), void *argument)
{
	_Alignas(max_align_t) char room[LEAN_ROOM_SIZE];

	return run(argument, room);
}

/* Begins a new page of the stack. Where main() finds the stack within a page is random
 * (randomize_va_space in proc(5)), so its callees write to one page or to two. */
int lean_run(int (*run)(void *argument, void *room), void *argument)
{
	/* Not an array: an array lies within the frame, and this is the stack's end. */
	/* cppcheck-suppress allocaCalled */
	char *here = alloca(1);
	size_t past_edge = (uintptr_t)here % PAGE_SIZE;
	/* cppcheck-suppress allocaCalled */
	volatile char *skipped = alloca(past_edge + 1);
	int result;

	skipped[0] = 0;
	result = run_below(run, argument);
	(void)skipped[0]; /* read here, so that it is kept until now */
	return result;
}
