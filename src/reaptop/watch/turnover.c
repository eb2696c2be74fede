/* How many children of a server come and go between samples. */
#include "reaptop/watch/turnover.h"

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

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

void turnover_sample(struct turnover *turnover, struct child_table *table,
		     const struct child_reading *reading, struct event_log *log,
		     size_t log_budget)
{
	turnover->came = reading->first ? 0 : table->came;
	turnover->went = table->went;
	if (log == NULL)
		return;
	bool to_end = !event_log_follow(log, log_budget);
	const struct event_counts *counts = event_log_counts(log);
	const struct event_counts *before = &turnover->logged;
	if (to_end && turnover->followed && counts->forked >= before->forked &&
	    counts->reaped >= before->reaped) {
		turnover->came =
			larger(turnover->came, counts->forked - before->forked);
		turnover->went =
			larger(turnover->went, counts->reaped - before->reaped);
		for (size_t i = 0; i < event_log_reap_count(log); i++)
			take_reap(table, reading, event_log_reap(log, i));
	}
	turnover->followed = to_end;
	turnover->logged = *counts;
}
