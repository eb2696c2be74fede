/* How many children of a server come and go between samples. */
#include "reaptop/watch/turnover.h"

/* A child that lived between two samples, as the log knows it. */
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
