/* All moments of one run, in their order: the list that deaths are placed at. */
#ifndef REAP_MOMENTS_TRACE_H
#define REAP_MOMENTS_TRACE_H

#include "moments/moment.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct seen {
	struct moment at;
	uint64_t held; /* children that could die here; bit 0 is child 1 */
	uint64_t
		address; /* where the thread stands, as in the program's file */
	int place;       /* in the source, or -1: see source.h */
};

struct trace {
	struct seen *moments;
	size_t count;
	size_t room;
	size_t first_death; /* moments before the plan's first death */
};

/* Adds a moment. Memory that is short shows as a trace that ends early. */
void trace_add(struct trace *trace, const struct seen *seen);

void trace_free(struct trace *trace);

#endif
