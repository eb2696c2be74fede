/* The children of one server through time. Why so few are read is told in the
 * header. */
#include "reaptop/watch/child_table.h"

#include <errno.h>
#include <stdbool.h>

#include "reaptop/read/proc_file.h"

/* One sample in the making. */
struct sampling {
	struct child_table *table;
	int proc;
	pid_t parent;
	uint64_t number;
	bool in_birth_order;
	pid_t thread;  /* whose children we are among */
	bool anchored; /* L was found: all in front are as known */
};

void child_table_free(struct child_table *table)
{
	child_set_free(&table->now);
	child_set_free(&table->before);
}

static int begin(struct child_table *table, const struct child_list *list)
{
	struct child_set before = table->now;
	table->now = table->before;
	table->before = before;
	child_set_clear(&table->now);
	/* Children that the list left out are added behind it. */
	if (child_set_reserve(&table->now, list->count + before.count) != 0)
		return -1;
	for (size_t i = 0; i < list->count; i++) {
		const struct child_entry *entry = &list->entries[i];
		child_set_add(&table->now, entry->pid)->thread = entry->thread;
	}
	return 0;
}

/* With threads left, what stat gives is not how the process will have ended. */
static void learn_exit(const struct sampling *sampling, struct child *child)
{
	child->exit_known =
		process_stat_is_final(&child->stat) &&
		process_exit_is_shown(sampling->proc, child->stat.pid);
}

/* Reads the child's stat anew; PID 0 if it is gone. */
static void read_child(const struct sampling *sampling, struct child *child)
{
	pid_t pid = child->stat.pid;
	if (process_stat_read_pid(sampling->proc, pid, &child->stat) != 0) {
		bool gone = proc_error_is_gone(errno);
		child->stat = (struct process_stat){
			.pid = gone ? 0 : pid,
			.ppid = sampling->parent,
			.state = CHILD_STATE_HIDDEN,
		};
		return;
	}
	learn_exit(sampling, child);
}

/* True if the child, as known, need not be read: see the header. */
static bool is_certain(const struct sampling *sampling,
		       const struct child *known, pid_t thread)
{
	return sampling->anchored && known->thread == thread &&
	       process_stat_is_final(&known->stat);
}

/* Called from the youngest to the oldest child of each thread. */
static void sample_child(struct sampling *sampling, struct child *child)
{
	const struct child *known =
		child_set_find(&sampling->table->before, child->stat.pid);
	if (child->thread != sampling->thread) {
		sampling->thread = child->thread;
		sampling->anchored = false;
	}
	if (known != NULL && is_certain(sampling, known, child->thread)) {
		*child = *known;
		return;
	}
	read_child(sampling, child);
	child->first_sample = sampling->number;
	if (known == NULL || !child_is_same(known, &child->stat))
		return;
	child->first_sample = known->first_sample;
	if (sampling->in_birth_order && known->thread == child->thread &&
	    !child_is_hidden(child))
		sampling->anchored = true;
}

static void sample_listed(struct sampling *sampling)
{
	struct child_set *now = &sampling->table->now;
	for (size_t i = now->count; i > 0; i--)
		if (now->items[i - 1].stat.pid != 0)
			sample_child(sampling, &now->items[i - 1]);
	child_set_compact(now);
}

/* A known child that is not listed has gone, or was left out. Returns true,
 * with it added at the end, in the second case. */
static bool was_left_out(const struct sampling *sampling,
			 const struct child *known)
{
	struct process_stat stat;
	pid_t pid = known->stat.pid;
	if (process_stat_read_pid(sampling->proc, pid, &stat) != 0 ||
	    !child_is_same(known, &stat) || stat.ppid != sampling->parent)
		return false;
	struct child *child = child_set_add(&sampling->table->now, pid);
	*child = *known;
	child->stat = stat;
	learn_exit(sampling, child);
	return true;
}

static void sample_unlisted(struct sampling *sampling)
{
	struct child_table *table = sampling->table;
	table->went = 0;
	for (size_t i = 0; i < table->before.count; i++) {
		const struct child *known = &table->before.items[i];
		const struct child *found =
			child_set_find(&table->now, known->stat.pid);
		if (found == NULL ? !was_left_out(sampling, known)
				  : !child_is_same(found, &known->stat))
			table->went++;
	}
	child_set_compact(&table->now);
}

static void count(struct child_table *table, uint64_t number)
{
	table->live = 0;
	table->zombies = 0;
	table->came = 0;
	for (size_t i = 0; i < table->now.count; i++) {
		const struct child *child = &table->now.items[i];
		if (child_is_zombie(child))
			table->zombies++;
		else
			table->live++;
		if (child->first_sample == number)
			table->came++;
	}
	table->seen += table->came;
}

int child_table_sample(struct child_table *table, int proc, pid_t parent,
		       const struct child_list *list, uint64_t sample)
{
	struct sampling sampling = {
		.table = table,
		.proc = proc,
		.parent = parent,
		.number = sample,
		.in_birth_order = list->in_birth_order,
	};
	if (begin(table, list) != 0)
		return -1;
	sample_listed(&sampling);
	sample_unlisted(&sampling);
	count(table, sample);
	return 0;
}
