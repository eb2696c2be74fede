/* The inside of a demo: for the files that make it up. */
#ifndef REAP_DEMO_PLAYER_H
#define REAP_DEMO_PLAYER_H

#include "reaptop/demo/demo.h"
#include "reaptop/demo/expectation.h"
#include "reaptop/demo/script.h"
#include "reaptop/demo/stage.h"

struct demo {
	struct stage stage;
	struct watch *watch; /* who looks on */
	struct demo_plan plan;
	size_t next_scene; /* of the plan */
	int number;        /* of the scene */
	const struct demo_scene *scene;
	size_t step;
	int started; /* of the step's clients; -1: the step has not begun */
	bool waits_between; /* before the next client */
	bool held;          /* by who looks on: no step begins */
	bool over;
	struct expectation expected; /* at the end of the step */
	int64_t next;
	int64_t last; /* time of the last step, and what is left to wait */
	int64_t patience;
	int64_t patience_left;
	char caption[STAGE_WHY_SIZE + 32];
};

#endif
