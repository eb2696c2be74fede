/* A list that grows: see trace.h. */
#include "moments/trace.h"

#include <stdlib.h>

void trace_add(struct trace *trace, const struct seen *seen)
{
	if (trace->count == trace->room) {
		size_t room = trace->room > 0 ? 2 * trace->room : 256;
		struct seen *more =
			realloc(trace->moments, room * sizeof(*more));

		if (more == NULL)
			return;
		trace->moments = more;
		trace->room = room;
	}
	trace->moments[trace->count++] = *seen;
}

void trace_free(struct trace *trace)
{
	free(trace->moments);
	trace->moments = NULL;
	trace->count = trace->room = 0;
}
