/* The children of one server from sample to sample. The header explains why so
 * few are read. */
#include "reaptop/watch/child_table.h"

#include <errno.h>

#include "reaptop/read/proc_file.h"

/* One sample in the making. */
struct sampling {
	struct child_table *table;
	const struct child_reading *reading;
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

/* Returns true if a known child need not be read: see the header. */
static bool is_certain(const struct sampling *sampling,
		       const struct child *known, pid_t thread)
{
	return sampling->anchored && known->thread == thread &&
	       process_stat_is_final(&known->stat);
}

/* Samples a child. Called from the youngest to the oldest child of each
 * thread. */
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
	if (!child_read(sampling->reading, known, child)) {
		child->stat.pid = 0;
		sampling->table->as_listed = false;
		return;
	}
	if (known != NULL && child_is_same(known, &child->stat) &&
	    sampling->in_birth_order && known->thread == child->thread &&
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

/* Samples a known child that is not listed: the kernel left it out, or it is
 * gone, or it has another parent, which is then noted. */
static void sample_unlisted_child(const struct sampling *sampling,
				  const struct child *known)
{
	const struct child_reading *reading = sampling->reading;
	struct child_table *table = sampling->table;
	struct child last = *known;
	bool there = child_read(reading, known, &last) &&
		     child_is_same(known, &last.stat);
	if (there && last.stat.ppid == reading->parent) {
		*child_set_add(&table->now, last.stat.pid) = last;
		table->as_listed = false;
		return;
	}
	table->went++;
	departed_add(&table->departed, there ? &last : known, reading->now);
}

static void sample_unlisted(const struct sampling *sampling)
{
	struct child_table *table = sampling->table;
	table->went = 0;
	for (size_t i = 0; i < table->before.count; i++) {
		const struct child *known = &table->before.items[i];
		const struct child *found =
			child_set_find(&table->now, known->stat.pid);
		if (found == NULL) {
			sample_unlisted_child(sampling, known);
		} else if (!child_is_same(found, &known->stat)) {
			table->went++;
			departed_add(&table->departed, known,
				     sampling->reading->now);
		}
	}
	child_set_compact(&table->now);
}

static void count(struct child_table *table, uint64_t number)
{
	table->live = 0;
	table->zombies = 0;
	table->nonstop = 0;
	table->came = 0;
	for (size_t i = 0; i < table->now.count; i++) {
		const struct child *child = &table->now.items[i];
		if (child_is_zombie(child))
			table->zombies++;
		else
			table->live++;
		if (child->nonstop)
			table->nonstop++;
		if (child->first_sample == number)
			table->came++;
	}
}

int child_table_sample(struct child_table *table,
		       const struct child_reading *reading,
		       const struct child_list *list)
{
	struct sampling sampling = {
		.table = table,
		.reading = reading,
		.in_birth_order = list->in_birth_order,
	};
	departed_expire(&table->departed, reading->now);
	table->as_listed = true;
	table->extended = false;
	if (begin(table, list) != 0)
		return -1;
	sample_listed(&sampling);
	sample_unlisted(&sampling);
	count(table, reading->number);
	return 0;
}

/* Reads the known children that can have changed. Returns false if one is
 * gone. */
static bool reread(struct child_table *table,
		   const struct child_reading *reading)
{
	for (size_t i = 0; i < table->now.count; i++) {
		struct child *child = &table->now.items[i];
		struct child next = *child;
		if (process_stat_is_final(&child->stat))
			continue;
		if (!child_read(reading, child, &next) ||
		    !child_is_same(child, &next.stat) ||
		    next.stat.ppid != reading->parent)
			return false;
		*child = next;
	}
	return true;
}

static int append(struct child_table *table,
		  const struct child_reading *reading,
		  const struct child_list *list, bool *held)
{
	struct child_set *now = &table->now;
	if (child_set_reserve(now, now->count + list->count) != 0)
		return -1;
	for (size_t i = 0; i < list->count && *held; i++)
		*held = child_set_find(now, list->entries[i].pid) == NULL;
	for (size_t i = 0; i < list->count && *held; i++) {
		const struct child_entry *entry = &list->entries[i];
		struct child child = {.stat.pid = entry->pid,
				      .thread = entry->thread};
		/* It is gone already: so the list is shorter than it was. */
		*held = child_read(reading, NULL, &child);
		if (*held)
			*child_set_add(now, entry->pid) = child;
	}
	return 0;
}

int child_table_extend(struct child_table *table,
		       const struct child_reading *reading,
		       const struct child_list *list, bool *held)
{
	departed_expire(&table->departed, reading->now);
	*held = reread(table, reading);
	if (*held && append(table, reading, list, held) != 0)
		return -1;
	if (!*held)
		return 0;
	table->extended = true;
	table->went = 0;
	count(table, reading->number);
	return 0;
}

const struct child_set *child_table_before(const struct child_table *table)
{
	return table->extended ? &table->now : &table->before;
}

/* Adds a child that lived between two samples, as the log knows it. */
static void add_unseen(struct child_table *table,
		       const struct child_reading *reading,
		       const struct event_reap *reap)
{
	int64_t ago = reading->now - reap->t_ns;
	struct child child = {
		.stat = {.pid = reap->child,
			 .ppid = reading->parent,
			 .state = 'Z',
			 .exit_status = reap->exit_status},
		.exit_known = reap->exit_known,
	};
	if (ago < 0)
		ago = 0;
	if (reading->uptime > ago)
		child.stat.start_ticks =
			(uint64_t)((reading->uptime - ago) / reading->tick);
	departed_add(&table->departed, &child, reading->now);
}

static void take_reap(struct child_table *table,
		      const struct child_reading *reading,
		      const struct event_reap *reap)
{
	struct child *gone =
		departed_find(&table->departed, reap->child, reading->now);
	/* A child that is still there was reaped after it was seen, or another
	 * one has its PID: the next sample shows which. */
	if (gone == NULL && child_set_find(&table->now, reap->child) != NULL)
		return;
	if (gone == NULL) {
		add_unseen(table, reading, reap);
		return;
	}
	gone->stat.state = 'Z';
	gone->stat.exit_status = reap->exit_status;
	gone->exit_known = reap->exit_known;
}

/* Returns how many more the log counts. A restarted log counts from zero. */
static uint64_t growth(uint64_t before, uint64_t now)
{
	return now >= before ? now - before : now;
}

/* Returns the news of a count. The log's news and the listed children are not
 * added up: a child that is logged after the children were read is listed a
 * sample later.
 *
 * As long as the log counts none, the listed children count: a log does not
 * have all, such as reaping by the kernel. But a sample may also fall between a
 * fork and its line in the log. So the log owes the children that count this
 * way: as many of its next lines are of children that were counted. */
static uint64_t news(uint64_t before, uint64_t now, uint64_t listed,
		     uint64_t *owed)
{
	if (now == 0) {
		*owed += listed;
		return listed;
	}
	uint64_t more = growth(before, now);
	uint64_t paid = more < *owed ? more : *owed;
	*owed -= paid;
	return more - paid;
}

static void sample_log(struct turnover *turnover, struct child_table *table,
		       const struct child_reading *reading,
		       struct event_log *log, size_t log_budget)
{
	bool to_end = !event_log_follow(log, log_budget);
	const struct event_counts *counts = event_log_counts(log);
	const struct event_counts *before = &turnover->logged;
	bool continues = to_end && turnover->followed;
	bool restarted = counts->forked < before->forked ||
			 counts->reaped < before->reaped;
	if (continues) {
		turnover->came = news(before->forked, counts->forked,
				      table->came, &turnover->owed_forks);
		turnover->went = news(before->reaped, counts->reaped,
				      table->went, &turnover->owed_reaps);
	}
	if (continues && !restarted)
		for (size_t i = 0; i < event_log_reap_count(log); i++)
			take_reap(table, reading, event_log_reap(log, i));
	/* An earlier run with this PID may stand in front of this one. */
	if (restarted && !turnover->followed)
		turnover->told_forks = counts->forked;
	else
		turnover->told_forks += growth(before->forked, counts->forked);
	turnover->followed = to_end;
	turnover->logged = *counts;
}

static void count_seen(struct turnover *turnover, bool caught_up)
{
	turnover->seen += turnover->came;
	/* The log began before us. Until its end is read, its counts may be of
	 * an earlier run. */
	if (turnover->followed && turnover->seen < turnover->told_forks)
		turnover->seen = turnover->told_forks;
	if (caught_up) {
		turnover->owed_forks = turnover->seen - turnover->told_forks;
		turnover->owed_reaps = 0;
	}
}

void turnover_sample(struct turnover *turnover, struct child_table *table,
		     const struct child_reading *reading, struct event_log *log,
		     size_t log_budget)
{
	bool followed = turnover->followed;
	turnover->came = table->came;
	turnover->went = table->went;
	if (log != NULL)
		sample_log(turnover, table, reading, log, log_budget);
	count_seen(turnover, turnover->followed && !followed);
	if (reading->first)
		turnover->came = 0; /* they were there before */
}
