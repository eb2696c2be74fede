/* Reads one child, and compares it with what was known of it before. */
#include "reaptop/watch/child.h"

#include <errno.h>

#include "reaptop/read/proc_file.h"
#include "reaptop/read/process_detail.h"

/* The kernel counts CPU in ticks of 10 ms: shorter spans have too few. */
static const int64_t cpu_window = NS_PER_SECOND / 2;

/* Learns the exit status, which is not final while threads are left. */
static void learn_exit(const struct child_reading *reading, struct child *child)
{
	child->exit_known =
		process_stat_is_final(&child->stat) &&
		!child_is_hidden(child) &&
		process_exit_is_shown(reading->proc, child->stat.pid);
}

static uint32_t cpu_share(const struct child_reading *reading, uint64_t ticks,
			  int64_t span)
{
	if (span < cpu_window)
		span = cpu_window;
	return (uint32_t)((int64_t)ticks * reading->tick / (span / 1000));
}

/* A serving child waits now and then, if only for its client. A child runs
 * nonstop if it was found running twice, took CPU in between and did not wait
 * once. This costs one read for each child that took a tick of CPU in this
 * window: there can be about fifty such children per CPU. */
static void follow_waits(const struct child_reading *reading,
			 struct child *child)
{
	uint64_t waits = 0;
	bool known = process_status_waits(reading->proc, child->stat.pid,
					  &waits) == 0;
	child->nonstop = known && child->waits_known && waits == child->waits;
	child->waits_known = known;
	child->waits = waits;
}

/* Starts with the share that a new child took since it started. */
static void begin_cpu(const struct child_reading *reading, struct child *child)
{
	const struct process_stat *stat = &child->stat;
	int64_t started = (int64_t)stat->start_ticks * reading->tick;
	child->cpu =
		cpu_share(reading, stat->cpu_ticks, reading->uptime - started);
	child->cpu_from_ticks = stat->cpu_ticks;
	child->cpu_from = reading->now;
	if (stat->state == 'R' && stat->cpu_ticks > 0)
		follow_waits(reading, child);
}

static void follow_cpu(const struct child_reading *reading, struct child *child)
{
	int64_t span = reading->now - child->cpu_from;
	uint64_t ticks = child->stat.cpu_ticks;
	if (child->stat.state != 'R') {
		child->nonstop = false;
		child->waits_known = false;
	}
	if (span < cpu_window || ticks < child->cpu_from_ticks)
		return;
	child->cpu = cpu_share(reading, ticks - child->cpu_from_ticks, span);
	if (child->stat.state == 'R' && ticks > child->cpu_from_ticks)
		follow_waits(reading, child);
	child->cpu_from_ticks = ticks;
	child->cpu_from = reading->now;
}

/* Reads its stat. Returns false if there is no such process. */
static bool read_stat(const struct child_reading *reading, pid_t pid,
		      struct process_stat *stat)
{
	if (process_stat_read_pid(reading->proc, pid, stat) == 0)
		return true;
	if (proc_error_is_gone(errno))
		return false;
	*stat = (struct process_stat){
		.pid = pid,
		.ppid = reading->parent,
		.state = process_has_died(pid) ? 'Z' : CHILD_STATE_HIDDEN,
	};
	return true;
}

bool child_read(const struct child_reading *reading, const struct child *known,
		struct child *child)
{
	struct child next = {.thread = child->thread};
	bool was_dead = false;
	if (!read_stat(reading, child->stat.pid, &next.stat))
		return false;
	if (known != NULL && child_is_same(known, &next.stat)) {
		struct process_stat stat = next.stat;
		was_dead = child_is_zombie(known);
		next = *known;
		next.thread = child->thread;
		next.stat = stat;
		follow_cpu(reading, &next);
	} else {
		next.first_sample = reading->number;
		next.came = reading->first ? 0 : reading->now;
		begin_cpu(reading, &next);
	}
	if (child_is_zombie(&next) && !was_dead && !reading->first)
		next.died = reading->now;
	if (process_stat_is_final(&next.stat))
		next.cpu = 0;
	learn_exit(reading, &next);
	*child = next;
	return true;
}
