/* The children of a process, as the kernel lists them: all, or only those that
 * were added since. Where the kernel lists none, from a look at all
 * processes. */
#ifndef REAP_READ_CHILDREN_H
#define REAP_READ_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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
	/* The entries of one thread stand in the order in which they
	 * became children: the kernel puts a new child at the end
	 * (copy_process() in kernel/fork.c), and orphans that it hands over
	 * (kernel/exit.c). A scan of /proc gives the order of PIDs instead. */
	bool in_birth_order;
};

void child_list_free(struct child_list *list);

/* Reads the children of every thread of `parent` (with its folder, and its
 * number of threads as stat gives it) from task/TID/children, or where the
 * kernel lacks that file from a scan of all processes.
 *
 * The kernel promises less than a snapshot: when children are reaped while the
 * file is read, living ones may be left out (get_children_pid() in
 * fs/proc/array.c). Look at a missing PID before you call it gone. A PID may
 * stand twice if it was reused meanwhile; the later entry counts.
 *
 * Returns 0, with an empty list for a parent that is gone; or -1 with errno. */
int children_read(int proc, int directory, pid_t parent, long threads,
		  struct proc_text *scratch, struct child_list *list);

/* Returns whether this kernel lists children at all (CONFIG_PROC_CHILDREN). */
bool children_are_listed(int proc);

/* Adds the children of a process whose stat was just read; none where the
 * kernel does not list them, or if the process is gone. The PID may be
 * another's by now: check the parent of each child. Returns 0, or -1 with errno
 * when memory or descriptors ran out. */
int children_add(int proc, const struct process_stat *parent,
		 struct proc_text *scratch, struct child_list *list);

/* Adds the PIDs in the text of a children file: decimal, each followed by a
 * space. Returns 0, or -1 with errno when memory is short. */
int child_list_add_text(struct child_list *list, const struct proc_text *text,
			pid_t thread);

/* A children file, read to its end and kept open there: reading on gives the
 * children behind as many as were listed before. For a parent of one thread. */
struct children_tail {
	int file; /* -1: none */
	/* How often the parent had been given a CPU, at a time before the list
	 * was read at which it was not running. */
	uint64_t runs;
	bool asleep; /* `runs` is known */
};

/* Reads as children_read() for a parent that has one thread, and keeps the
 * file. Returns 0, or -1 with errno (ENOENT or ESRCH where the kernel does not
 * list children). */
int children_tail_begin(struct children_tail *tail, int directory, pid_t parent,
			struct proc_text *scratch, struct child_list *list);

/* Reads what was added behind. Returns 1 if none of the children listed before
 * has been waited for: `list` then holds those added since. Returns 0 if that
 * cannot be determined, as the parent has run; -1 with errno.
 *
 * A child leaves the list when its parent reaps it, for which the parent has to
 * run; or when it dies and nobody is to be notified, but then it was alive
 * before, and the caller has seen it die. A zombie that a debugger holds can
 * leave otherwise, so read a whole list now and then. Additions need no
 * running parent: clone(2) with CLONE_PARENT, orphans of a subreaper.
 *
 * Sources: children_seq_start() in the kernel's fs/proc/array.c starts at the
 * n-th child; wait_task_zombie() and exit_notify() in kernel/exit.c; the third
 * number of /proc/PID/schedstat, Documentation/scheduler/sched-stats.rst. */
int children_tail_read(struct children_tail *tail, int directory, pid_t parent,
		       struct proc_text *scratch, struct child_list *list);

void children_tail_end(struct children_tail *tail);

/* Every process with its parent, for kernels that do not list children. Zero
 * before first use, free with process_scan_free(). */
struct scanned {
	pid_t pid;
	pid_t ppid;
};

struct process_scan {
	struct scanned *entries; /* by parent, then PID */
	size_t count;
	size_t capacity;
};

void process_scan_free(struct process_scan *scan);

/* Looks at all processes. Returns 0, or -1 with errno. */
int process_scan_read(int proc, struct process_scan *scan);

/* Returns how many children a process has and stores the first of them. */
size_t process_scan_children(const struct process_scan *scan, pid_t parent,
			     const struct scanned **first);

#endif
