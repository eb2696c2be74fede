/* Reads one child, and compares it with what was known of it before. Keeps
 * lists of children: a table found by PID, and those that have just gone. */
#include "reaptop/watch/child.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* Finds out whether a child runs nonstop: it was found running twice, took CPU
 * in between and did not wait once. A serving child waits now and then, if only
 * for its client. This costs one read for each child that took a tick of CPU in
 * this window: there can be about fifty such children per CPU. */
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

void child_set_free(struct child_set *set)
{
	free(set->items);
	free(set->slots.items);
	*set = (struct child_set){0};
}

void child_set_clear(struct child_set *set)
{
	set->count = 0;
	slots_clear(&set->slots);
}

static uint32_t *slot_of(const struct child_set *set, pid_t pid)
{
	return slots_of_pid(&set->slots, set->items, sizeof(*set->items), pid);
}

static void enter_all(struct child_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		*slot_of(set, set->items[i].stat.pid) = (uint32_t)i + 1;
}

int child_set_reserve(struct child_set *set, size_t count)
{
	if (ARRAY_RESERVE(set->items, set->capacity, count) != 0)
		return -1;
	int grown = slots_reserve(&set->slots, set->capacity);
	if (grown > 0)
		enter_all(set);
	return grown < 0 ? -1 : 0;
}

struct child *child_set_add(struct child_set *set, pid_t pid)
{
	uint32_t *slot = slot_of(set, pid);
	uint32_t earlier = *slot;
	struct child *child = &set->items[set->count++];
	*child = (struct child){.stat.pid = pid};
	*slot = (uint32_t)set->count;
	if (earlier != 0)
		set->items[earlier - 1].stat.pid = 0;
	return child;
}

struct child *child_set_find(const struct child_set *set, pid_t pid)
{
	if (set->slots.count == 0)
		return NULL;
	uint32_t item = *slot_of(set, pid);
	return item == 0 ? NULL : &set->items[item - 1];
}

void child_set_compact(struct child_set *set)
{
	size_t kept = 0;
	for (size_t i = 0; i < set->count; i++) {
		if (set->items[i].stat.pid == 0)
			continue;
		if (kept != i)
			set->items[kept] = set->items[i];
		kept++;
	}
	if (kept == set->count)
		return;
	set->count = kept;
	slots_clear(&set->slots);
	enter_all(set);
}

static void drop_first(struct departed *departed, size_t count)
{
	departed->count -= count;
	memmove(departed->items, departed->items + count,
		departed->count * sizeof(*departed->items));
}

void departed_add(struct departed *departed, const struct child *child,
		  int64_t now)
{
	if (departed->count == DEPARTED_MAX)
		drop_first(departed, 1);
	struct child *item = &departed->items[departed->count++];
	*item = *child;
	item->gone = now;
}

struct child *departed_find(struct departed *departed, pid_t pid, int64_t now)
{
	for (size_t i = departed->count; i > 0; i--) {
		struct child *item = &departed->items[i - 1];
		if (item->gone == now && item->stat.pid == pid)
			return item;
	}
	return NULL;
}

void departed_expire(struct departed *departed, int64_t now)
{
	size_t old = 0;
	while (old < departed->count &&
	       now - departed->items[old].gone >= CHILD_NEWS_NS)
		old++;
	if (old > 0)
		drop_first(departed, old);
}
