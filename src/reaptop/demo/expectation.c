/* What must be true of the demo's servers at the end of a step, and is it? */
#include "reaptop/demo/expectation.h"

#include <stdio.h>

/* Children of each server exit, with one SIGCHLD, which finds the handler free
 * to run, or does not, or will not yet. */
static void expect_exits(struct expectation *expected,
			 const struct stage *stage, int exits)
{
	for (int i = 0; i < stage->count; i++)
		expected->zombies[i] +=
			expected->frozen
				? exits
				: reaping_leaves(stage->servers[i].reaping,
						 exits);
}

static void expect_thaw(struct expectation *expected, const struct stage *stage,
			int exits)
{
	expected->frozen = false;
	for (int i = 0; i < stage->count; i++)
		expected->zombies[i] -= exits;
	expect_exits(expected, stage, exits);
}

static void expect_kill(struct expectation *expected, const struct stage *stage)
{
	expected->killed = true;
	expected->adopted_live = expected->live * stage->count;
	expected->live = 0;
	for (int i = 0; i < stage->count; i++) {
		expected->adopted_zombies += expected->zombies[i];
		expected->zombies[i] = 0;
	}
}

void expectation_add(struct expectation *expected, const struct stage *stage,
		     const struct demo_step *step)
{
	switch (step->action) {
	case DEMO_ONE_BY_ONE:
		expected->clients++;
		expect_exits(expected, stage, 1);
		break;
	case DEMO_HOLD:
		expected->clients += step->clients;
		expected->live = step->clients;
		break;
	case DEMO_FREEZE:
		expected->frozen = true;
		break;
	case DEMO_LEAVE:
		if (!expected->killed)
			expect_exits(expected, stage, step->clients);
		expected->live = 0;
		expected->adopted_zombies += expected->adopted_live;
		expected->adopted_live = 0;
		break;
	case DEMO_THAW:
		expect_thaw(expected, stage, step->clients);
		break;
	case DEMO_KILL:
		expect_kill(expected, stage);
		break;
	case DEMO_REAP:
		expected->adopted_zombies = 0;
		break;
	}
}

bool expectation_is_of_no_client(const struct expectation *expected)
{
	return expected->live == 0 && expected->adopted_live == 0;
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
	if (counts->forked != (uint64_t)expected->clients)
		return false;
	return expected->killed || counts->reaped + unreaped == counts->forked;
}

static bool met_by(const struct expectation *expected,
		   const struct stage *stage, int i)
{
	const struct server *server = &stage->watch.servers[i];
	return server->children.live == (size_t)expected->live &&
	       server->children.zombies == (size_t)expected->zombies[i] &&
	       server->ended == expected->killed &&
	       server_is_frozen(server) == expected->frozen &&
	       log_is_complete(expected, server);
}

/* Among reaptop's own children are the clients, alive or dead, so only the
 * zombies are compared; of the live orphans tells what they leave. */
static bool met_by_adopter(const struct expectation *expected,
			   const struct stage *stage)
{
	if (!stage->with_adopter || !expected->killed)
		return true;
	const struct server *self = &stage->watch.servers[stage->count];
	return self->children.zombies == (size_t)expected->adopted_zombies &&
	       self->children.live >= (size_t)expected->adopted_live;
}

/* The first server that is not as expected; their count if it is the adopter;
 * or -1. */
static int find_other(const struct expectation *expected,
		      const struct stage *stage)
{
	for (int i = 0; i < stage->count; i++)
		if (!met_by(expected, stage, i))
			return i;
	return met_by_adopter(expected, stage) ? -1 : stage->count;
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
		snprintf(stage->why, sizeof(stage->why),
			 "the clients do not do what they are told to");
		return;
	}
	bool adopter = i == stage->count;
	const struct server *server = &stage->watch.servers[i];
	snprintf(stage->why, sizeof(stage->why),
		 "%s: waited for %d live and %d zombies, but there are %zu and "
		 "%zu%s",
		 server->name,
		 adopter ? expected->adopted_live : expected->live,
		 adopter ? expected->adopted_zombies : expected->zombies[i],
		 server->children.live, server->children.zombies,
		 server_is_frozen(server) ? ", and it is frozen" : "");
}
