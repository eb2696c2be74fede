/* The threads that a run traces: the parent's, its children, and all others that the
 * command has started. */
#ifndef REAP_MOMENTS_TASK_H
#define REAP_MOMENTS_TASK_H

#include "moments/tracee.h"

#include <stdbool.h>
#include <stddef.h>

enum task_role {
	ROLE_STARTING, /* nobody listens yet: any of these may be the server */
	ROLE_PARENT,   /* a thread of the process that listens */
	ROLE_CHILD,    /* the first thread of a child of the parent */
	ROLE_OTHER,    /* everything else, as grandchildren or a wrapper */
};

enum task_state {
	TASK_RUNNING,
	TASK_STOPPED, /* stands still until it is resumed; has a stop */
	TASK_ASLEEP,  /* waits in the kernel; nothing has woken it up so far */
};

struct task {
	pid_t tid; /* 0: the entry is free */
	pid_t process;
	enum task_role role;
	enum task_state state;
	bool claimed;  /* its fork was seen: before, nobody knows whose it is */
	bool by_calls; /* while it starts: it stops at every call */
	bool below;    /* a child, or made by one */
	bool held;     /* a child at its exit */
	int child;     /* its number, or 0 */
	struct stop stop;
	int number; /* of the call that it entered last */
	uint64_t arguments[6];
	struct user_regs_struct entered; /* registers at that entry */
	bool timed;       /* that call has a time-out, which is held back */
	bool interrupted; /* that call was, and nothing has run since */
	uint64_t address; /* where that call is made */
	int place;        /* in the source, or -1 */
};

enum { TASKS_MAX = 256 };

struct tasks {
	size_t used; /* entries; those with TID 0 are free */
	struct task all[TASKS_MAX];
};

struct task *tasks_find(struct tasks *tasks, pid_t tid);

/* Adds a thread that nobody claimed yet. Returns NULL if there are too many. */
struct task *tasks_add(struct tasks *tasks, pid_t tid);

/* Frees its entry. All others stay where they are. */
void tasks_remove(struct task *task);

bool tasks_empty(const struct tasks *tasks);

enum { TASK_SYSCALL_SIZE = 256 };

/* Reads the start of a file of /proc/PID/task/TID. Returns 0, or -1. */
int task_read(const struct task *task, const char *file, char *text,
	      size_t size);

/* Returns whether the thread waits in the kernel, and will until something wakes it
 * up. Stores a stop that came instead in *status, which otherwise becomes 0. */
bool task_sleeps(const struct task *task, int *status);

/* Returns the processor time of the task's process in nanoseconds, or 0. */
int64_t task_cpu_time(const struct task *task);

#endif
