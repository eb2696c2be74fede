/* The processes below a server: walks down from each child, then looks for
 * those that were there before and were not met: they are gone, or orphans. */
#include "reaptop/watch/descendants.h"

#include <errno.h>
#include <stdlib.h>

#include "common/clock.h"
#include "reaptop/array.h"

enum {
	CHILDREN_AT_ONCE = 1000, /* some 10 ms */
	ORPHANS_MAX = 4000,
	/* After a sample that took long, a pause so many times as long. */
	PAUSE_FACTOR = 20,
};
static const int64_t long_sample = 2 * NS_PER_MS;

static void list_free(struct descendant_list *list)
{
	free(list->items);
	free(list->groups);
	free(list->slots.items);
}

static void list_clear(struct descendant_list *list)
{
	list->count = 0;
	list->group_count = 0;
	list->first_orphan = 0;
	slots_clear(&list->slots);
}

/* Takes the last group back if it is empty. */
static void end_groups(struct descendant_list *list)
{
	if (list->group_count > 0 &&
	    list->groups[list->group_count - 1].count == 0)
		list->group_count--;
}

/* Starts a group, to which all processes added next belong. Returns 0, or -1
 * with errno. */
static int begin_group(struct descendant_list *list, pid_t head)
{
	end_groups(list);
	if (ARRAY_RESERVE(list->groups, list->group_capacity,
			  list->group_count + 1) != 0)
		return -1;
	list->groups[list->group_count++] =
		(struct descendant_group){.head = head, .first = list->count};
	return 0;
}

static uint32_t *slot_of(const struct descendant_list *list, pid_t pid)
{
	return slots_of_pid(&list->slots, list->items, sizeof(*list->items),
			    pid);
}

/* Adds to the last group. Returns 0, or -1 with errno. */
static int list_add(struct descendant_list *list, const struct descendant *item)
{
	if (ARRAY_RESERVE(list->items, list->capacity, list->count + 1) != 0)
		return -1;
	int grown = slots_reserve(&list->slots, list->capacity);
	if (grown < 0)
		return -1;
	for (size_t i = 0; grown > 0 && i < list->count; i++)
		*slot_of(list, list->items[i].stat.pid) = (uint32_t)i + 1;
	uint32_t *slot = slot_of(list, item->stat.pid);
	list->items[list->count++] = *item;
	*slot = (uint32_t)list->count;
	list->groups[list->group_count - 1].count++;
	return 0;
}

/* Returns the process with that PID, or NULL. */
static const struct descendant *list_find(const struct descendant_list *list,
					  pid_t pid)
{
	if (list->slots.count == 0)
		return NULL;
	uint32_t item = *slot_of(list, pid);
	return item == 0 ? NULL : &list->items[item - 1];
}

void descendants_free(struct descendants *descendants)
{
	list_free(&descendants->now);
	list_free(&descendants->before);
	child_list_free(&descendants->list);
	process_scan_free(&descendants->scan);
	free(descendants->adopted);
	free(descendants->waiting);
	*descendants = (struct descendants){0};
}

static int push(struct descendants *descendants, pid_t pid, pid_t parent,
		unsigned depth)
{
	if (ARRAY_RESERVE(descendants->waiting, descendants->waiting_capacity,
			  descendants->waiting_count + 1) != 0)
		return -1;
	descendants->waiting[descendants->waiting_count++] =
		(struct descent){pid, parent, depth};
	return 0;
}

/* Pushes the children of a process on the stack, the youngest on top. */
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
		/* A process that has just moved is met twice. */
		if (list_find(&descendants->now, next.pid) != NULL)
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
		if (list_add(&descendants->now, &item) != 0)
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
	return ARRAY_FIND(list->groups, list->first_orphan, &key,
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
		if (list_add(&descendants->now,
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
		if (begin_group(&descendants->now, stat->pid) != 0)
			return -1;
		int result = looked_at++ < CHILDREN_AT_ONCE
				     ? walk(descendants, of, stat)
				     : keep(descendants, stat->pid);
		if (result != 0)
			return -1;
		if (looked_at == CHILDREN_AT_ONCE)
			descendants->turn = place + 1;
	}
	end_groups(&descendants->now);
	struct descendant_list *now = &descendants->now;
	now->first_orphan = now->group_count;
	ARRAY_SORT(now->groups, now->group_count, compare_groups);
	return 0;
}

static int adopt(struct descendants *descendants,
		 const struct process_stat *stat)
{
	if (descendants_is_adopted(descendants, stat))
		return 0;
	if (ARRAY_RESERVE(descendants->adopted, descendants->adopted_capacity,
			  descendants->adopted_count + 1) != 0)
		return -1;
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

/* Looks where a process of the sample before is now. `lost` is the parent that
 * it had before it became an orphan. */
static int look_for(struct descendants *descendants,
		    const struct descendants_of *of,
		    const struct process_stat *known, pid_t lost)
{
	struct descendant item = {.lost = lost};
	const struct descendant *met = list_find(&descendants->now, known->pid);
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
	if (begin_group(&descendants->now, known->pid) != 0 ||
	    list_add(&descendants->now, &item) != 0)
		return -1;
	return walk(descendants, of, &item.stat);
}

/* Returns whether another process has just become the parent of the server's
 * children, as when the server ends; its state may show that only later. */
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
	list_clear(&descendants->now);
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
