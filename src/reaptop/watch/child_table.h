/* The children of one server from sample to sample: which came and went, with
 * as few reads as possible. The event log also has those that no sample
 * sees. */
#ifndef REAP_WATCH_CHILD_TABLE_H
#define REAP_WATCH_CHILD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/children.h"
#include "reaptop/read/event_log.h"
#include "reaptop/watch/child.h"

/* Zero before first use, free with child_table_free(). */
struct child_table {
	struct child_set now; /* oldest first, as the kernel lists them */
	struct child_set before;
	size_t live; /* in `now`; includes hidden ones that have not died */
	size_t zombies;
	size_t nonstop; /* of the live ones: see child.h */
	size_t came;    /* in this sample; in the first, all */
	size_t went;    /* since the sample before */
	struct departed departed;
	bool as_listed; /* the last sample's list named all these, no others */
	bool extended;  /* the last sample was one of child_table_extend() */
};

void child_table_free(struct child_table *table);

/* Takes the next sample. `list` is the parent's, just read by children_read().
 * Returns 0, or -1 with errno when memory is short.
 *
 * Reads new children, live ones, and only the youngest of the known zombies.
 * That is enough: a zombie cannot change, only vanish, and if its PID was
 * reused, then by a younger child:
 *
 *   Children stand in the order in which they became children. Let L be one
 *   of them whose stat, read now, shows the process known from the sample
 *   before. Whoever stands in front of L was there before L, hence already in
 *   the sample before, where its PID can have been nobody else's. So all
 *   zombies in front of L are the known ones.
 *
 * The search for L begins at the end of the list, where live and new children
 * have to be read anyway. The rule needs that no PID is freed, given away and
 * listed again within the one reading of the list (milliseconds; PIDs are given
 * in turn, so that would take pid_max forks). Where the list is not in birth
 * order, everything is read. */
int child_table_sample(struct child_table *table,
		       const struct child_reading *reading,
		       const struct child_list *list);

/* Takes the next sample where all children known that were final zombies are
 * known to be there still, and `list` holds those that the kernel lists behind
 * them all. Reads the live ones only. `*held` says whether the premise held: if
 * false, a live one is gone or a PID stands twice, and child_table_sample() is
 * due instead. Returns 0, or -1 with errno when memory is short. */
int child_table_extend(struct child_table *table,
		       const struct child_reading *reading,
		       const struct child_list *list, bool *held);

/* Returns the children in the sample before, perhaps with some of the last one.
 */
const struct child_set *child_table_before(const struct child_table *table);

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
	/* Children that were counted, and that the log has not mentioned
	 * yet. */
	uint64_t owed_forks;
	uint64_t owed_reaps;
};

/* Counts, after the children were sampled, reading at most `log_budget` bytes
 * of the log (NULL: there is none). Adds what the log says about children that
 * have just gone to the table's departed: how they ended, and those that came
 * and went unseen, as if they had lived for no time at all. */
void turnover_sample(struct turnover *turnover, struct child_table *table,
		     const struct child_reading *reading, struct event_log *log,
		     size_t log_budget);

#endif
