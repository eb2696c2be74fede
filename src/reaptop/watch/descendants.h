/* All processes below a server's children, and orphans. When a parent ends, the
 * kernel gives its children to the nearest subreaper above or to init
 * (find_new_reaper() in kernel/exit.c); they are followed there. */
#ifndef REAP_WATCH_DESCENDANTS_H
#define REAP_WATCH_DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/array.h"
#include "reaptop/read/children.h"
#include "reaptop/watch/child.h"

struct descendant {
	struct process_stat stat; /* first: slots_of_pid() reads its PID */
	unsigned depth; /* below the head of its group; 0: an orphan itself */
	pid_t lost;     /* an orphan's: the parent that it had; else 0 */
};

/* A child of the server, or an orphan, with all below it, each process in
 * front of its own children. */
struct descendant_group {
	pid_t head;   /* the child, which is not in the group; or the orphan,
		       * which is its first item */
	size_t first; /* place of the first item */
	size_t count;
};

/* Descendants in groups, one for each child of the server that has any, and one
 * for each orphan. */
struct descendant_list {
	struct descendant *items;
	size_t count;
	size_t capacity;
	struct descendant_group *groups;
	size_t group_count;
	size_t group_capacity;
	size_t first_orphan; /* place of the first group of an orphan */
	struct slots slots;  /* by PID */
};

/* A process that came to the server as an orphan of its own. */
struct adopted {
	pid_t pid;
	uint64_t start_ticks;
};

/* A process to be looked at, and whose child it is said to be. */
struct descent {
	pid_t pid;
	pid_t parent;
	unsigned depth;
};

/* Zero before first use, free with descendants_free(). */
struct descendants {
	/* The processes below the server's children, without these: first the
	 * groups by the child's PID, then those of orphans, in the order in
	 * which they became so. */
	struct descendant_list now;
	struct adopted *adopted; /* children of the server */
	size_t adopted_count;
	/* Internal. */
	struct descendant_list before;
	size_t adopted_capacity;
	int64_t next; /* CLOCK_MONOTONIC */
	size_t turn;  /* of the children, the first to be looked at next */
	struct child_list list;
	struct process_scan scan;
	struct descent *waiting;
	size_t waiting_count;
	size_t waiting_capacity;
};

/* The server, as it was just sampled. */
struct descendants_of {
	int proc;
	int64_t now; /* CLOCK_MONOTONIC */
	pid_t server;
	const struct child_set *children;
	const struct child_set *children_before; /* in the sample before */
	const struct departed *departed;
	struct proc_text *scratch;
};

void descendants_free(struct descendants *descendants);

/* Takes a sample. It may leave things as they were: with more than a thousand
 * live children, each sample looks at some of them in turn; and after a sample
 * that took long, the next must wait. Returns 0, or -1 with errno. */
int descendants_sample(struct descendants *descendants,
		       const struct descendants_of *of);

/* Returns the group below that child of the server, or NULL if it has none. */
const struct descendant_group *
descendants_below(const struct descendants *descendants, pid_t child);

/* Returns whether that child of the server was an orphan first. */
bool descendants_is_adopted(const struct descendants *descendants,
			    const struct process_stat *child);

#endif
