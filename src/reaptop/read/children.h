/* The children of a process, as the kernel lists them. */
#ifndef REAP_READ_CHILDREN_H
#define REAP_READ_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "reaptop/read/proc_file.h"
#include "reaptop/read/process_stat.h"

struct child_entry {
	pid_t pid;
	pid_t thread; /* the thread of the parent it belongs to */
};

/* Zero before first use, free with child_list_free(). */
struct child_list {
	struct child_entry *entries;
	size_t count;
	size_t capacity;
	/* Within one thread, entries stand in the order in which they became
	 * children: a new child is put at the end (copy_process() in the
	 * kernel's fork.c), so are orphans taken over (exit.c). False when the
	 * list came from a scan of /proc, which has the order of PIDs. */
	bool in_birth_order;
};

void child_list_free(struct child_list *list);

/* Reads the children of every thread of `parent` (with its folder, and its
 * number of threads as stat gives it) from task/TID/children, or where the
 * kernel lacks that file from a scan of all processes.
 *
 * The kernel promises less than a snapshot: when children are reaped while the
 * file is read, living ones may be left out (get_children_pid() in
 * fs/proc/array.c). A PID that is missing must be looked at before it is
 * called gone. A PID may stand twice if it was reused meanwhile; the later
 * entry counts.
 *
 * Returns 0, an empty list for a parent that is gone; -1 with errno. */
int children_read(int proc, int directory, pid_t parent, long threads,
		  struct proc_text *scratch, struct child_list *list);

/* Whether this kernel lists children at all (CONFIG_PROC_CHILDREN). */
bool children_are_listed(int proc);

/* Adds the children of a process, as listed, by what was just read of it; where
 * the kernel does not list them, none. A process that is gone has none. The
 * PID may be another's by now: look at the parent of what is given. Returns 0,
 * or -1 with errno when memory or descriptors ran out. */
int children_add(int proc, const struct process_stat *parent,
		 struct proc_text *scratch, struct child_list *list);

/* Adds the PIDs in the text of a children file: decimal, each followed by a
 * space. 0, or -1 with errno when memory is short. */
int child_list_add_text(struct child_list *list, const struct proc_text *text,
			pid_t thread);

#endif
