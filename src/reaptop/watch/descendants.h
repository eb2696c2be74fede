/* All that a server's children have started, and what becomes of it when its
 * parent ends: orphans, which the kernel gives to the nearest subreaper above,
 * or to init (find_new_reaper() in kernel/exit.c), are followed there. */
#ifndef REAP_WATCH_DESCENDANTS_H
#define REAP_WATCH_DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/children.h"
#include "reaptop/read/process_scan.h"
#include "reaptop/watch/child_set.h"
#include "reaptop/watch/departed.h"
#include "reaptop/watch/descendant_list.h"

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
	/* Below the server's children, which are not in it themselves: their
	 * groups stand by PID, then those of orphans, in the order in which
	 * they became so. */
	struct descendant_list now;
	struct adopted *adopted; /* children of the server */
	size_t adopted_count;
	/* Inner workings. */
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

/* Takes a sample. It may leave things as they were: of a thousand live children
 * and more some are looked at in each sample, in turn; and where a sample took
 * long, the next must wait. Returns 0, or -1 with errno. */
int descendants_sample(struct descendants *descendants,
		       const struct descendants_of *of);

/* The group below that child of the server, or NULL if there is nothing. */
const struct descendant_group *
descendants_below(const struct descendants *descendants, pid_t child);

/* Whether that child of the server was an orphan first. */
bool descendants_is_adopted(const struct descendants *descendants,
			    const struct process_stat *child);

#endif
