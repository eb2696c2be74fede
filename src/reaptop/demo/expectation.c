/* What must be true of the demo's servers at the end of a step, and is it? */
#include "reaptop/demo/expectation.h"

#include <stdio.h>

void expectation_of_exits(struct expectation *expected,
			  const struct stage *stage, int exits)
{
	for (int i = 0; i < STAGE_SERVERS; i++)
		expected->zombies[i] +=
			reaping_leaves(stage->servers[i].reaping, exits);
}

/* The log is written a moment after the reaping it tells of: it must have
 * caught up as well. */
static bool log_is_complete(const struct expectation *expected,
			    const struct server *server)
{
	if (server->log == NULL)
		return true;
	const struct event_counts *counts = event_log_counts(server->log);
	size_t unreaped = server->children.zombies + server->children.live;
	return counts->forked == (uint64_t)expected->clients &&
	       counts->reaped + unreaped == counts->forked;
}

static bool met_by(const struct expectation *expected,
		   const struct stage *stage, int i)
{
	const struct server *server = &stage->watch.servers[i];
	return server->children.live == (size_t)expected->live &&
	       server->children.zombies == (size_t)expected->zombies[i] &&
	       server_is_frozen(server) == expected->frozen &&
	       log_is_complete(expected, server);
}

/* The first server that is not as expected, or -1. */
static int find_other(const struct expectation *expected,
		      const struct stage *stage)
{
	for (int i = 0; i < STAGE_SERVERS; i++)
		if (!met_by(expected, stage, i))
			return i;
	return -1;
}

bool expectation_met(const struct expectation *expected,
		     const struct stage *stage)
{
	return find_other(expected, stage) < 0;
}

void expectation_explain(const struct expectation *expected,
			 struct stage *stage)
{
	int i = find_other(expected, stage);
	if (i < 0) {
		snprintf(stage->why, sizeof stage->why,
			 "the clients do not do what they are told to");
		return;
	}
	const struct server *server = &stage->watch.servers[i];
	snprintf(stage->why, sizeof stage->why,
		 "%s: waited for %d live and %d zombies, but there are %zu and "
		 "%zu%s",
		 server->name, expected->live, expected->zombies[i],
		 server->children.live, server->children.zombies,
		 server_is_frozen(server) ? ", and it is frozen" : "");
}
