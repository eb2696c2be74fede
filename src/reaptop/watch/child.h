/* One child of a watched server, as last seen, and how it is read; and lists of
 * children: those that are there, in order and found by PID, and those that
 * have just gone. */
#ifndef REAP_WATCH_CHILD_H
#define REAP_WATCH_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/clock.h"
#include "reaptop/array.h"
#include "reaptop/read/process_stat.h"

/* The state of a live process that we may not read. */
#define CHILD_STATE_HIDDEN '?'

/* For how long a child counts as new, just dead or just gone. */
#define CHILD_NEWS_NS (NS_PER_SECOND * 3 / 2)

struct child {
	struct process_stat stat; /* first: slots_of_pid() reads its PID */
	pid_t thread;             /* the server's thread whose child it is */
	uint64_t first_sample; /* the number of the sample that first saw it */
	/* The samples in which it was first seen, first seen dead and first
	 * missed, by CLOCK_MONOTONIC; 0 before that. The first two stay 0 for a
	 * child that the watch's first sample finds. */
	int64_t came;
	int64_t died;
	int64_t gone;
	/* CPU used lately, in thousandths of one CPU; 0 for zombies. */
	uint32_t cpu;
	/* Its first thread takes CPU and never waits for anything: however
	 * small its share of a busy machine, it wants all. This cannot tell
	 * long work from spinning. */
	bool nonstop;
	/* For zombies: the kernel shows us the exit status. */
	bool exit_known;
	/* Internal: where `cpu` is counted from, and how often the child had
	 * waited by then, if it was running. */
	bool waits_known;
	uint64_t waits;
	uint64_t cpu_from_ticks;
	int64_t cpu_from;
};

/* What has just happened to a child, if anything. */
enum child_news { NEWS_NONE, NEWS_CAME, NEWS_DIED, NEWS_GONE };

/* Returns whether all its threads are dead and it is not reaped yet. */
static inline bool child_is_zombie(const struct child *child)
{
	return process_stat_is_final(&child->stat);
}

/* Returns whether only its PID is known, and whether it has died. No process
 * that can be read has start time 0 and no name. */
static inline bool child_is_hidden(const struct child *child)
{
	return child->stat.start_ticks == 0 && child->stat.name[0] == '\0';
}

/* Returns its latest news at the sample taken at `now`. */
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

/* Returns whether both are the same process, which is its PID and its start
 * time, as PIDs are reused. */
static inline bool child_is_same(const struct child *child,
				 const struct process_stat *stat)
{
	return child->stat.pid == stat->pid &&
	       child->stat.start_ticks == stat->start_ticks;
}

/* The sample in which children are read. */
struct child_reading {
	int proc;
	pid_t parent;
	uint64_t number; /* of the sample, from 1 */
	bool first;      /* of this parent: what is there is not news */
	int64_t now;     /* CLOCK_MONOTONIC */
	int64_t uptime;  /* CLOCK_BOOTTIME */
	int64_t tick;    /* ns in a tick of CPU and start times */
};

/* Reads the child whose PID and thread are set. `known` is what the sample
 * before had under that PID, or NULL; it may be the child itself. Returns
 * false, with the child left as it is, if there is no such process any more. */
bool child_read(const struct child_reading *reading, const struct child *known,
		struct child *child);

/* Zero before first use, free with child_set_free(). */
struct child_set {
	struct child *items;
	size_t count;
	size_t capacity;
	struct slots slots; /* by PID */
};

void child_set_free(struct child_set *set);
void child_set_clear(struct child_set *set);

/* Makes room for `count` items in all. Returns 0, or -1 with errno. */
int child_set_reserve(struct child_set *set, size_t count);

/* Adds a child with this PID at the end, all else zero, and returns it. An
 * earlier one with the same PID becomes PID 0, to be dropped by
 * child_set_compact(). There must be room. */
struct child *child_set_add(struct child_set *set, pid_t pid);

/* Returns the child with that PID, or NULL. */
struct child *child_set_find(const struct child_set *set, pid_t pid);

/* Drops the items whose PID was set to 0, keeping the order of the others. */
void child_set_compact(struct child_set *set);

/* If more go at once, the last ones are kept. */
enum { DEPARTED_MAX = 64 };

/* Children that have just gone, kept while that is news. Zero before first
 * use. */
struct departed {
	struct child items[DEPARTED_MAX]; /* in the order they went */
	size_t count;
};

/* Adds a child, as last seen, that was first missed in the sample of `now`. */
void departed_add(struct departed *departed, const struct child *child,
		  int64_t now);

/* Returns the child with that PID that went in the sample of `now`, or NULL. */
struct child *departed_find(struct departed *departed, pid_t pid, int64_t now);

/* Drops those that have been gone for CHILD_NEWS_NS. */
void departed_expire(struct departed *departed, int64_t now);

#endif
