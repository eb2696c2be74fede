/* What must be true of the demo's servers at the end of a step. */
#ifndef REAP_DEMO_EXPECTATION_H
#define REAP_DEMO_EXPECTATION_H

#include <stdbool.h>

#include "reaptop/demo/stage.h"

struct expectation {
	int clients; /* all there were so far, to each server */
	int live;    /* children, of each server */
	bool frozen; /* each server */
	int zombies[STAGE_SERVERS];
};

/* Children of each server exit, all with one SIGCHLD: adds the zombies that
 * will be left by each. */
void expectation_of_exits(struct expectation *expected,
			  const struct stage *stage, int exits);

/* Whether it is so, by the last sample of the stage's watch. */
bool expectation_met(const struct expectation *expected,
		     const struct stage *stage);

/* Says in the stage's `why` what is still not so. */
void expectation_explain(const struct expectation *expected,
			 struct stage *stage);

#endif
