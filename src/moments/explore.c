/* The order of an exploration: see explore.h. */
#include "moments/explore.h"

#include "moments/workers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS = 3 };

static void play_undisturbed(struct exploration *exploration,
			     struct facts *facts, struct trace *trace,
			     bool stepping)
{
	static struct run run; /* large */

	run = (struct run){
		.setting = &exploration->setting,
		.trace = trace,
		.source = trace != NULL ? exploration->source : NULL,
		.stepping = stepping,
		.facts = facts,
	};
	run_play(&run);
}

/* Adds a placement for each child that could die at each moment: with `statements`
 * between two calls only, otherwise at the calls. */
static int list_units(struct exploration *exploration, bool statements)
{
	const struct trace *trace = &exploration->trace;

	for (size_t i = 0; i < trace->count; i++) {
		const struct seen *seen = &trace->moments[i];
		bool between =
			seen->at.step > 0 && seen->at.kind != MOMENT_ASLEEP;

		for (int child = 1; child <= FACTS_CHILDREN_MAX; child++) {
			if (between != statements ||
			    (seen->held >> (child - 1) & 1) == 0)
				continue;
			struct unit *more = realloc(
				exploration->units,
				(exploration->unit_count + 1) * sizeof(*more));
			if (more == NULL)
				return -1;
			exploration->units = more;
			more[exploration->unit_count++] = (struct unit){
				.death = {.at = seen->at, .child = child},
				.seen = i,
			};
		}
	}
	return 0;
}

/* Finds the largest number of clients that the undisturbed server can serve. */
static const char *find_clients(struct exploration *exploration)
{
	const char *first = NULL;

	for (int clients = CLIENTS; clients > 0; clients--) {
		const char *why;

		exploration->setting.clients = clients;
		exploration->setting.undisturbed = NULL;
		play_undisturbed(exploration, &exploration->undisturbed, NULL,
				 false);
		why = judge_undisturbed(&exploration->undisturbed);
		if (why == NULL)
			return NULL;
		if (first == NULL)
			first = why;
		if (exploration->undisturbed.outcome != OUTCOME_UNSERVED)
			break;
	}
	return first;
}

/* Plays the undisturbed run once more, for its events. */
static void log_undisturbed(struct exploration *exploration)
{
	static struct run run; /* large */
	struct facts facts;

	if (exploration->log == NULL)
		return;
	run = (struct run){
		.setting = &exploration->setting,
		.facts = &facts,
		.log = exploration->log,
	};
	run_play(&run);
}

enum explored explore_undisturbed(struct exploration *exploration,
				  const char **why)
{
	struct facts again;

	*why = find_clients(exploration);
	if (exploration->undisturbed.outcome == OUTCOME_NO_START) {
		errno = exploration->undisturbed.error;
		return EXPLORED_ERROR;
	}
	if (*why != NULL) {
		log_undisturbed(exploration);
		return EXPLORED_NOT;
	}
	exploration->setting.undisturbed = &exploration->undisturbed;
	play_undisturbed(exploration, &again, &exploration->trace,
			 exploration->setting.statements != NULL);
	if (judge(&exploration->undisturbed, &again) == VERDICT_CORRECT)
		return EXPLORED;
	*why = exploration->undisturbed.sets_timer
		       ? judge_needs_timer
		       : "two runs in which nobody disturbs it differ";
	return EXPLORED_NOT;
}

/* Plays a plan once more, for its story. */
static enum verdict tell_plan(struct exploration *exploration,
			      const struct plan *plan)
{
	static struct run run; /* large */
	struct facts facts;

	exploration->told = *plan;
	run = (struct run){
		.setting = &exploration->setting,
		.plan = &exploration->told,
		.story = &exploration->story,
		.source = exploration->source,
		.facts = &facts,
		.log = exploration->log,
	};
	exploration->told_verdict =
		workers_play(&run, &exploration->undisturbed);
	return exploration->told_verdict;
}

static const struct unit *first_wrong(const struct exploration *exploration)
{
	for (size_t i = 0; i < exploration->unit_count; i++)
		if (exploration->units[i].tried &&
		    verdict_is_wrong(exploration->units[i].verdict))
			return &exploration->units[i];
	return NULL;
}

static void count(struct exploration *exploration)
{
	for (size_t i = 0; i < exploration->unit_count; i++) {
		const struct unit *unit = &exploration->units[i];

		exploration->not_tried += !unit->tried;
		exploration->wrong +=
			unit->tried && verdict_is_wrong(unit->verdict);
		exploration->interpreters +=
			unit->tried && unit->verdict == VERDICT_INTERPRETER;
	}
}

enum explored explore_all(struct exploration *exploration)
{
	const struct unit *wrong;
	struct plan plan = {.count = 1};

	if (list_units(exploration, false) < 0 ||
	    list_units(exploration, true) < 0 ||
	    workers_try(exploration, false) < 0 ||
	    (exploration->pairs && workers_try(exploration, true) < 0))
		return EXPLORED_ERROR;
	count(exploration);
	wrong = first_wrong(exploration);
	if (wrong != NULL)
		plan.deaths[0] = wrong->death;
	else if (exploration->pair_wrong > 0)
		plan = exploration->pair[0].plan;
	else {
		log_undisturbed(exploration);
		return EXPLORED;
	}
	(void)tell_plan(exploration, &plan);
	return EXPLORED;
}

enum explored explore_plan(struct exploration *exploration,
			   const struct plan *plan, const char **why)
{
	if (tell_plan(exploration, plan) < VERDICT_COUNT)
		return EXPLORED;
	*why = "the plan does not fit this server: its run takes another path";
	return EXPLORED_NOT;
}

void explore_free(struct exploration *exploration)
{
	trace_free(&exploration->trace);
	story_free(&exploration->story);
	free(exploration->units);
	source_close(exploration->source);
}
