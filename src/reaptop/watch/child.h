/* One child of a watched server, as last seen. */
#ifndef REAP_WATCH_CHILD_H
#define REAP_WATCH_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/process_stat.h"

/* The state of a process that may not be read. */
#define CHILD_STATE_HIDDEN '?'

struct child {
	struct process_stat stat;
	pid_t thread;          /* the server's thread whose child it is */
	uint64_t first_sample; /* the number of the sample that first saw it */
	/* For zombies: the kernel shows us the exit status. */
	bool exit_known;
};

/* Dead, and not reaped yet. */
static inline bool child_is_zombie(const struct child *child)
{
	return child->stat.state == 'Z' || child->stat.state == 'X';
}

/* Whether anything at all is known of it beside its PID. */
static inline bool child_is_hidden(const struct child *child)
{
	return child->stat.state == CHILD_STATE_HIDDEN;
}

/* PIDs are reused; a process is its PID and its start time. */
static inline bool child_is_same(const struct child *child,
				 const struct process_stat *stat)
{
	return child->stat.pid == stat->pid &&
	       child->stat.start_ticks == stat->start_ticks;
}

#endif
