/* The inside of run.h: the main loop's state, and what both its waiting and its
 * keys need. */
#ifndef REAP_REAPTOP_RUN_LOOP_H
#define REAP_REAPTOP_RUN_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "reaptop/print.h"
#include "reaptop/run.h"

struct loop {
	const struct run *run;
	struct printer printer;
	int64_t next_sample;
	int64_t delay; /* between samples */
	bool paused;   /* no samples but when asked for one */
	bool done;
	int exit_status;
	bool demo_over;
	struct run_failure *failure;
	char message[LAUNCH_LINE_SIZE + 64];
};

/* Returns what is selected on the screen, which there must be. */
struct actions_subject loop_selection(const struct loop *loop);

/* Takes a sample and shows it. */
void loop_sample(struct loop *loop);

/* Draws the screen, which there must be. */
void loop_draw(struct loop *loop);

/* Acts on the keys that were pressed. */
void loop_take_keys(struct loop *loop);

#endif
