/* The whole exploration of one server: its undisturbed run, the list of placements, all
 * their runs, and what came of each. Read next: workers.h, tell.h. */
#ifndef REAP_MOMENTS_EXPLORE_H
#define REAP_MOMENTS_EXPLORE_H

#include "moments/judge.h"
#include "moments/run.h"
#include "moments/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One death at one moment. */
struct unit {
	struct placement death;
	size_t seen; /* index of its moment in the trace */
	bool tried;
	enum verdict verdict;
};

/* Two deaths that went wrong. */
struct pair {
	struct plan plan;
	enum verdict verdict;
};

enum {
	PAIRS_KEPT = 16,   /* wrong ones that are told */
	PAIRS_ENOUGH = 50, /* wrong ones after which no more are tried */
};

struct exploration {
	struct setting setting;
	struct facts undisturbed;
	struct source *source; /* or NULL */
	struct trace trace;
	struct unit *units;
	size_t unit_count;
	size_t wrong;
	size_t interpreters; /* wrong for the interpreter's sake */
	size_t not_tried;

	bool pairs; /* asked for */
	size_t pair_count;
	size_t pair_wrong;
	bool pairs_cut; /* not all were tried */
	struct pair pair[PAIRS_KEPT];

	int64_t deadline; /* on the clock; 0 is none */
	FILE *log;        /* for the events of the run that is told; or NULL */
	struct story story;
	struct plan told; /* the plan that the story is of; count 0: none */
	enum verdict told_verdict;
};

enum explored {
	EXPLORED,
	EXPLORED_NOT,   /* the server cannot be explored: *why says why */
	EXPLORED_ERROR, /* the explorer failed, with errno set */
};

/* Finds out how the server behaves undisturbed, and at which moments children can die.
 * Tries fewer clients if it needs that. */
enum explored explore_undisturbed(struct exploration *exploration,
				  const char **why);

/* Tries all placements, and tells the story of the first one that went wrong. */
enum explored explore_all(struct exploration *exploration);

/* Plays one plan, and keeps its story. */
enum explored explore_plan(struct exploration *exploration,
			   const struct plan *plan, const char **why);

void explore_free(struct exploration *exploration);

#endif
