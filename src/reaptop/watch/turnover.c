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

/* What the log has more than in the sample before. Not added to what was seen:
 * a child that is logged after the children were read is seen a sample later.
 * What the log never tells, as reaping where the kernel does it, is left. */
static void count_logged(struct turnover *turnover,
			 const struct event_counts *counts)
{
	if (counts->forked > 0)
		turnover->came = counts->forked - turnover->logged.forked;
	if (counts->reaped > 0)
		turnover->went = counts->reaped - turnover->logged.reaped;
}

static void sample_log(struct turnover *turnover, struct child_table *table,
		       const struct child_reading *reading,
		       struct event_log *log, size_t log_budget)
{
	bool to_end = !event_log_follow(log, log_budget);
	const struct event_counts *counts = event_log_counts(log);
	if (to_end && turnover->followed &&
	    counts->forked >= turnover->logged.forked &&
	    counts->reaped >= turnover->logged.reaped) {
		count_logged(turnover, counts);
		for (size_t i = 0; i < event_log_reap_count(log); i++)
			take_reap(table, reading, event_log_reap(log, i));
	}
	turnover->followed = to_end;
	turnover->logged = *counts;
}

static void count_seen(struct turnover *turnover)
{
	turnover->seen += turnover->came;
	/* The log began before us. */
	if (turnover->seen < turnover->logged.forked)
		turnover->seen = turnover->logged.forked;
}

void turnover_sample(struct turnover *turnover, struct child_table *table,
		     const struct child_reading *reading, struct event_log *log,
		     size_t log_budget)
{
	turnover->came = table->came;
	turnover->went = table->went;
	if (log != NULL)
		sample_log(turnover, table, reading, log, log_budget);
	count_seen(turnover);
	if (reading->first)
		turnover->came = 0; /* they were there before */
}
