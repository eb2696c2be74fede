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
	/* One that is there still was reaped after it was seen, or it has the
	 * PID again: the next sample tells more. */
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

/* How many more the log tells of. One that was begun anew tells of others. */
static uint64_t growth(uint64_t before, uint64_t now)
{
	return now >= before ? now - before : now;
}

/* What the log tells is not added to what was listed, as a child that is logged
 * after the children were read is listed a sample later.
 *
 * Until it tells of any, what was listed counts: there are things that no log
 * tells, as reaping where the kernel does it. But a sample may also fall between
 * a fork and the log's line of it. So what counts that way is owed by the log:
 * as many of its next lines are of children that were counted. */
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
	bool goes_on = to_end && turnover->followed;
	bool begun_anew = counts->forked < before->forked ||
			  counts->reaped < before->reaped;
	if (goes_on) {
		turnover->came = news(before->forked, counts->forked,
				      table->came, &turnover->owed_forks);
		turnover->went = news(before->reaped, counts->reaped,
				      table->went, &turnover->owed_reaps);
	}
	if (goes_on && !begun_anew)
		for (size_t i = 0; i < event_log_reap_count(log); i++)
			take_reap(table, reading, event_log_reap(log, i));
	/* A run that is over, with this PID, may be in front of this one. */
	if (begun_anew && !turnover->followed)
		turnover->told_forks = counts->forked;
	else
		turnover->told_forks += growth(before->forked, counts->forked);
	turnover->followed = to_end;
	turnover->logged = *counts;
}

static void count_seen(struct turnover *turnover, bool caught_up)
{
	turnover->seen += turnover->came;
	/* The log began before us. What it tells before its end may be of a run
	 * that is over. */
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
