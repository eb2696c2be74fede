/* What the parent writes for each client, in handlers too: kept together, so that it can
 * lie where writing is cheap (lean/lean.h). */
#ifndef REAP_ECHO_PROCESS_PARENT_STATE_H
#define REAP_ECHO_PROCESS_PARENT_STATE_H

#include <signal.h>
#include <stdatomic.h>

struct parent_state {
	/* Counts since the start: see log/event.h. */
	volatile sig_atomic_t forked, reaped, sigchlds;
	/* Who delays a stop, and whether one was asked for: see stop.c. */
	atomic_int stop;
};

/* Never NULL. It points to a static variable until it is moved. */
extern struct parent_state *parent_state;

/* Moves the state to `place`, which the caller keeps, or back to the static variable
 * if that is NULL. */
void parent_state_move(struct parent_state *place);

#endif
