/* One child of a watched server, as last seen. */
#ifndef REAP_WATCH_CHILD_H
#define REAP_WATCH_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/clock.h"
#include "reaptop/read/process_stat.h"

/* The state of a process that may not be read, and has not died. */
#define CHILD_STATE_HIDDEN '?'

/* For how long a child counts as new, just dead or just gone. */
#define CHILD_NEWS_NS (NS_PER_SECOND * 3 / 2)

struct child {
	struct process_stat stat;
	pid_t thread;          /* the server's thread whose child it is */
	uint64_t first_sample; /* the number of the sample that first saw it */
	/* When it was first seen, first seen dead, first missed: the times of
	 * samples, CLOCK_MONOTONIC; 0 before that. What a watch's first sample
	 * finds was there before: the first two stay 0. */
	int64_t came;
	int64_t died;
	int64_t gone;
	/* CPU used lately, in thousandths of one CPU. For zombies 0. */
	uint32_t cpu;
	/* It takes CPU and never waits for anything, as far as its first thread
	 * goes: however small its share of a busy machine, it wants all. Whether
	 * it works long or spins cannot be told. */
	bool nonstop;
	/* For zombies: the kernel shows us the exit status. */
	bool exit_known;
	/* Inner workings: where `cpu` is counted from, and how often it had
	 * waited then, if it was running. */
	bool waits_known;
	uint64_t waits;
	uint64_t cpu_from_ticks;
	int64_t cpu_from;
};

/* What has just happened to a child, if anything. */
enum child_news { NEWS_NONE, NEWS_CAME, NEWS_DIED, NEWS_GONE };

/* Dead, and not reaped yet: all of it, to the last thread. */
static inline bool child_is_zombie(const struct child *child)
{
	return process_stat_is_final(&child->stat);
}

/* Whether nothing is known of it beside its PID, and that it has died if it is
 * a zombie: no process has started at 0 and has no name. */
static inline bool child_is_hidden(const struct child *child)
{
	return child->stat.start_ticks == 0 && child->stat.name[0] == '\0';
}

/* The news of it at the sample taken at `now`; of several, the last. */
static inline enum child_news child_news(const struct child *child, int64_t now)
{
	if (child->gone != 0)
		return NEWS_GONE;
	if (child->died != 0 && now - child->died < CHILD_NEWS_NS)
		return NEWS_DIED;
	if (child->came != 0 && now - child->came < CHILD_NEWS_NS)
		return NEWS_CAME;
	return NEWS_NONE;
}

/* PIDs are reused; a process is its PID and its start time. */
static inline bool child_is_same(const struct child *child,
				 const struct process_stat *stat)
{
	return child->stat.pid == stat->pid &&
	       child->stat.start_ticks == stat->start_ticks;
}

#endif
