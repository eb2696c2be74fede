/* What the demo does, as data: scenes, each a cast of servers and steps that
 * the player takes one by one. */
#ifndef REAP_DEMO_SCRIPT_H
#define REAP_DEMO_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/demo/stage.h"

enum demo_action {
	DEMO_ONE_BY_ONE, /* clients, each after the one before left no child
			  * alive and its reaping is over */
	DEMO_HOLD,       /* clients, all at once, which stay connected */
	DEMO_FREEZE,     /* SIGSTOP for the servers */
	DEMO_LEAVE,      /* the held clients leave */
	DEMO_THAW,       /* SIGCONT for the servers */
	DEMO_KILL,       /* SIGKILL for the servers: we adopt their children */
	DEMO_REAP,       /* we wait for what we adopted */
};

struct demo_step {
	enum demo_action action;
	int clients; /* to each server; of the others, those held */
	const char *caption;
};

struct demo_scene {
	const char *title;
	struct stage_cast cast;
	const struct demo_step *steps;
	size_t count;
};

enum { DEMO_SCENES = 5 };

/* Returns scene 1 to DEMO_SCENES. Each ends with the same counts every time. */
const struct demo_scene *demo_scene(int number);

/* Returns how many clients all steps of a scene send to each server. */
int demo_scene_clients(const struct demo_scene *scene);

#endif
