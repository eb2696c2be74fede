/* What the demo does, as data: steps that the player takes one by one. */
#ifndef REAP_DEMO_SCRIPT_H
#define REAP_DEMO_SCRIPT_H

#include <stddef.h>

enum demo_action {
	DEMO_ONE_BY_ONE, /* clients, each after the one before left no child
			  * alive and its reaping is over */
	DEMO_HOLD,       /* clients, all at once, which stay connected */
	DEMO_FREEZE,     /* SIGSTOP for the servers */
	DEMO_LEAVE,      /* the held clients leave */
	DEMO_THAW,       /* SIGCONT for the servers */
};

struct demo_step {
	enum demo_action action;
	int clients; /* to each server; of the last three, those held */
	const char *caption;
};

struct demo_script {
	const struct demo_step *steps;
	size_t count;
	size_t again; /* where to go on after the last step */
};

/* What every run does, 18 clients to each server; to be taken up at `again`
 * where there is time for more. */
const struct demo_script *demo_script(void);

/* The clients of all steps together, from one step on. */
int demo_script_clients(const struct demo_script *script, size_t from);

#endif
