/* What must be true of the demo's servers at the end of a step. */
#ifndef REAP_DEMO_EXPECTATION_H
#define REAP_DEMO_EXPECTATION_H

#include <stdbool.h>

#include "reaptop/demo/script.h"
#include "reaptop/demo/stage.h"

struct expectation {
	int clients; /* all there were so far, to each server */
	int live;    /* children, of each server */
	bool frozen; /* each server */
	bool killed; /* each server: then what it had counts as adopted */
	int zombies[STAGE_SERVERS_MAX];
	int adopted_live; /* of all servers */
	int adopted_zombies;
};

/* Changes what is expected by what a step does; a step of clients one by one
 * by one client. */
void expectation_add(struct expectation *expected, const struct stage *stage,
		     const struct demo_step *step);

/* Whether the clients have to have left. */
bool expectation_is_of_no_client(const struct expectation *expected);

/* Whether it is so, by the last sample of the stage's watch. */
bool expectation_met(const struct expectation *expected,
		     const struct stage *stage);

/* Says in the stage's `why` what is still not so. */
void expectation_explain(const struct expectation *expected,
			 struct stage *stage);

#endif
