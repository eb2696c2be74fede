/* What is new at the end of a list of children, without reading all of it. */
#ifndef REAP_READ_CHILDREN_TAIL_H
#define REAP_READ_CHILDREN_TAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/children.h"
#include "reaptop/read/proc_file.h"

/* A children file, read to its end and kept open there: reading on gives the
 * children behind as many as were listed before. For a parent of one thread. */
struct children_tail {
	int file; /* -1: none */
	/* How often the parent had been given a CPU, at a time before the list
	 * was read at which it was not running. */
	uint64_t runs;
	bool asleep; /* the above is known */
};

/* Does children_read() for a parent that has one thread, and where the kernel
 * lists children (else -1 with errno ENOENT or ESRCH) keeps the file. */
int children_tail_begin(struct children_tail *tail, int directory, pid_t parent,
			struct proc_text *scratch, struct child_list *list);

/* Reads what came behind. 1: none of the children listed before has been
 * waited for, and `list` holds those added since. 0: that cannot be told, as
 * the parent has run. -1 with errno.
 *
 * A child leaves the list when its parent collects it, for which the parent
 * has to run; or when it dies and nobody is to be told, but then it was alive
 * before, and the caller has seen that one die. A zombie that a debugger holds
 * can go otherwise; so a whole list is due now and then. Additions need no
 * running parent: clone(2) with CLONE_PARENT, orphans of a subreaper.
 *
 * Sources: children_seq_start() in the kernel's fs/proc/array.c starts at the
 * n-th child; wait_task_zombie() and exit_notify() in kernel/exit.c; the third
 * number of /proc/PID/schedstat, Documentation/scheduler/sched-stats.rst. */
int children_tail_read(struct children_tail *tail, int directory, pid_t parent,
		       struct proc_text *scratch, struct child_list *list);

void children_tail_end(struct children_tail *tail);

#endif
