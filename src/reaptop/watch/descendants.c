/* What a server's children have started, walked from each of them downwards;
 * then those that were there before and were not met: gone, or orphans. */
#include "reaptop/watch/descendants.h"

#include <errno.h>
#include <stdlib.h>

#include "reaptop/clock.h"

enum {
	CHILDREN_AT_ONCE = 1000, /* some 10 ms */
	ORPHANS_MAX = 4000,
	/* A sample that took long is paid for by a pause so many times as
	 * long. */
	PAUSE_FACTOR = 20,
};
static const int64_t long_sample = 2 * NS_PER_MS;

void descendants_free(struct descendants *descendants)
{
	descendant_list_free(&descendants->now);
	descendant_list_free(&descendants->before);
	child_list_free(&descendants->list);
	process_scan_free(&descendants->scan);
	free(descendants->adopted);
	free(descendants->waiting);
	*descendants = (struct descendants){0};
}

static int push(struct descendants *descendants, pid_t pid, pid_t parent,
		unsigned depth)
{
	if (descendants->waiting_count == descendants->waiting_capacity) {
		size_t capacity = descendants->waiting_capacity * 2 + 32;
		struct descent *waiting = realloc(descendants->waiting,
						  capacity * sizeof *waiting);
		if (waiting == NULL)
			return -1;
		descendants->waiting = waiting;
		descendants->waiting_capacity = capacity;
	}
	descendants->waiting[descendants->waiting_count++] =
		(struct descent){pid, parent, depth};
	return 0;
}

/* Puts the children of a process on the pile. The youngest ends on top. */
static int push_children(struct descendants *descendants,
			 const struct descendants_of *of,
			 const struct process_stat *parent, unsigned depth)
{
	const struct scanned *scanned;
	size_t count = process_scan_children(&descendants->scan, parent->pid,
					     &scanned);
	for (size_t i = 0; i < count; i++)
		if (push(descendants, scanned[i].pid, parent->pid, depth) != 0)
			return -1;
	struct child_list *list = &descendants->list;
	list->count = 0;
	if (children_add(of->proc, parent, of->scratch, list) != 0)
		return -1;
	for (size_t i = 0; i < list->count; i++)
		if (push(descendants, list->entries[i].pid, parent->pid,
			 depth) != 0)
			return -1;
	return 0;
}

/* Adds all below a process to the last group. */
static int walk(struct descendants *descendants,
		const struct descendants_of *of,
		const struct process_stat *head)
{
	descendants->waiting_count = 0;
	if (push_children(descendants, of, head, 1) != 0)
		return -1;
	while (descendants->waiting_count > 0) {
		const struct descent next =
			descendants->waiting[--descendants->waiting_count];
		struct descendant item = {.depth = next.depth};
		/* Met twice if it has just moved. */
		if (descendant_list_find(&descendants->now, next.pid) != NULL)
			continue;
		if (process_stat_read_pid(of->proc, next.pid, &item.stat) !=
		    0) {
			if (proc_error_is_gone(errno))
				continue;
			item.stat = (struct process_stat){
				.pid = next.pid,
				.ppid = next.parent,
				.state = CHILD_STATE_HIDDEN,
			};
		}
		if (item.stat.ppid != next.parent)
			continue;
		if (descendant_list_add(&descendants->now, &item) != 0)
			return -1;
		if (!process_stat_is_final(&item.stat) &&
		    item.stat.state != CHILD_STATE_HIDDEN &&
		    push_children(descendants, of, &item.stat,
				  next.depth + 1) != 0)
			return -1;
	}
	return 0;
}

static int compare_groups(const void *one, const void *other)
{
	const struct descendant_group *a = one, *b = other;
	return (a->head > b->head) - (a->head < b->head);
}

static const struct descendant_group *
find_group(const struct descendant_list *list, pid_t head)
{
	const struct descendant_group key = {.head = head};
	if (list->first_orphan == 0)
		return NULL;
	return bsearch(&key, list->groups, list->first_orphan, sizeof key,
		       compare_groups);
}

const struct descendant_group *
descendants_below(const struct descendants *descendants, pid_t child)
{
	return find_group(&descendants->now, child);
}

/* Copies a child's group from the sample before. */
static int keep(struct descendants *descendants, pid_t head)
{
	const struct descendant_list *before = &descendants->before;
	const struct descendant_group *group = find_group(before, head);
	for (size_t i = 0; group != NULL && i < group->count; i++)
		if (descendant_list_add(&descendants->now,
					&before->items[group->first + i]) != 0)
			return -1;
	return 0;
}

static int walk_children(struct descendants *descendants,
			 const struct descendants_of *of)
{
	size_t count = of->children->count, looked_at = 0;
	size_t turn = count == 0 ? 0 : descendants->turn % count;
	for (size_t i = 0; i < count; i++) {
		size_t place = (turn + i) % count;
		const struct process_stat *stat =
			&of->children->items[place].stat;
		if (process_stat_is_final(stat) ||
		    child_is_hidden(&of->children->items[place]))
			continue;
		if (descendant_list_group(&descendants->now, stat->pid) != 0)
			return -1;
		int result = looked_at++ < CHILDREN_AT_ONCE
				     ? walk(descendants, of, stat)
				     : keep(descendants, stat->pid);
		if (result != 0)
			return -1;
		if (looked_at == CHILDREN_AT_ONCE)
			descendants->turn = place + 1;
	}
	descendant_list_end_groups(&descendants->now);
	struct descendant_list *now = &descendants->now;
	now->first_orphan = now->group_count;
	if (now->group_count > 0)
		qsort(now->groups, now->group_count, sizeof *now->groups,
		      compare_groups);
	return 0;
}

static int adopt(struct descendants *descendants,
		 const struct process_stat *stat)
{
	if (descendants_is_adopted(descendants, stat))
		return 0;
	if (descendants->adopted_count == descendants->adopted_capacity) {
		size_t capacity = descendants->adopted_capacity * 2 + 8;
		struct adopted *adopted = realloc(descendants->adopted,
						  capacity * sizeof *adopted);
		if (adopted == NULL)
			return -1;
		descendants->adopted = adopted;
		descendants->adopted_capacity = capacity;
	}
	descendants->adopted[descendants->adopted_count++] =
		(struct adopted){stat->pid, stat->start_ticks};
	return 0;
}

static void forget_adopted_gone(struct descendants *descendants,
				const struct child_set *children)
{
	size_t kept = 0;
	for (size_t i = 0; i < descendants->adopted_count; i++) {
		const struct adopted *one = &descendants->adopted[i];
		const struct child *child = child_set_find(children, one->pid);
		if (child != NULL &&
		    child->stat.start_ticks == one->start_ticks)
			descendants->adopted[kept++] = *one;
	}
	descendants->adopted_count = kept;
}

/* A process of the sample before: where is it now? `lost` is the parent that
 * it had when it was none of the orphans. */
static int look_for(struct descendants *descendants,
		    const struct descendants_of *of,
		    const struct process_stat *known, pid_t lost)
{
	struct descendant item = {.lost = lost};
	const struct descendant *met =
		descendant_list_find(&descendants->now, known->pid);
	const struct child *child = child_set_find(of->children, known->pid);
	if (child != NULL && child_is_same(child, known))
		return adopt(descendants, known);
	if (met != NULL || known->state == CHILD_STATE_HIDDEN ||
	    descendants->now.group_count >=
		    descendants->now.first_orphan + ORPHANS_MAX)
		return 0;
	if (process_stat_read_pid(of->proc, known->pid, &item.stat) != 0 ||
	    item.stat.start_ticks != known->start_ticks ||
	    item.stat.ppid == lost)
		return 0;
	if (descendant_list_group(&descendants->now, known->pid) != 0 ||
	    descendant_list_add(&descendants->now, &item) != 0)
		return -1;
	return walk(descendants, of, &item.stat);
}

/* Whether children of the server have just become another's. They do so when it
 * ends, which may show in its state only later. */
static bool children_moved(const struct descendants_of *of)
{
	for (size_t i = 0; i < of->departed->count; i++) {
		const struct child *child = &of->departed->items[i];
		if (child->gone == of->now && child->stat.ppid != of->server)
			return true;
	}
	return false;
}

static int follow_orphans(struct descendants *descendants,
			  const struct descendants_of *of)
{
	const struct descendant_list *before = &descendants->before;
	for (size_t i = 0; i < before->count; i++) {
		const struct descendant *item = &before->items[i];
		if (look_for(descendants, of, &item->stat,
			     item->lost != 0 ? item->lost : item->stat.ppid) !=
		    0)
			return -1;
	}
	const struct child_set *children = of->children_before;
	bool moved = children_moved(of);
	for (size_t i = 0; moved && i < children->count; i++)
		if (look_for(descendants, of, &children->items[i].stat,
			     of->server) != 0)
			return -1;
	return 0;
}

int descendants_sample(struct descendants *descendants,
		       const struct descendants_of *of)
{
	if (of->now < descendants->next && !children_moved(of))
		return 0;
	int64_t begin = clock_now(CLOCK_THREAD_CPUTIME_ID);
	struct descendant_list before = descendants->now;
	descendants->now = descendants->before;
	descendants->before = before;
	descendant_list_clear(&descendants->now);
	descendants->scan.count = 0;
	if (!children_are_listed(of->proc) &&
	    process_scan_read(of->proc, &descendants->scan) != 0)
		return -1;
	if (walk_children(descendants, of) != 0 ||
	    follow_orphans(descendants, of) != 0)
		return -1;
	forget_adopted_gone(descendants, of->children);
	int64_t cost = clock_now(CLOCK_THREAD_CPUTIME_ID) - begin;
	descendants->next =
		cost < long_sample ? 0 : of->now + cost * PAUSE_FACTOR;
	return 0;
}

bool descendants_is_adopted(const struct descendants *descendants,
			    const struct process_stat *child)
{
	for (size_t i = 0; i < descendants->adopted_count; i++)
		if (descendants->adopted[i].pid == child->pid &&
		    descendants->adopted[i].start_ticks == child->start_ticks)
			return true;
	return false;
}
