/* How many children of a server come and go between samples. The event log also
 * has those that no sample sees. */
#ifndef REAP_WATCH_TURNOVER_H
#define REAP_WATCH_TURNOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/read/event_log.h"
#include "reaptop/watch/child.h"
#include "reaptop/watch/child_table.h"

/* Zero before first use. */
struct turnover {
	/* Between the last two samples: as the log tells, which misses none,
	 * or else as was seen. */
	uint64_t came;
	uint64_t went;
	uint64_t seen; /* all that ever came, as far as that is known */
	/* Internal. */
	bool followed; /* the log, to its end, in the sample before */
	struct event_counts logged;
	uint64_t told_forks; /* also by a log that was restarted since */
	/* Counted before the log tells of them. */
	uint64_t owed_forks;
	uint64_t owed_reaps;
};

/* After the children were sampled: counts, reading at most `log_budget` bytes
 * of the log (NULL: there is none). What the log tells of children that have
 * just gone joins the table's departed: how they ended, and those that came and
 * went unseen, as if they had lived for no time at all. */
void turnover_sample(struct turnover *turnover, struct child_table *table,
		     const struct child_reading *reading, struct event_log *log,
		     size_t log_budget);

#endif
