/* What the parent writes for each client, in handlers too: kept together, and on
 * a page that is written anyway. The first write to a page after a fork copies it,
 * by a page fault (fork(2), copy-on-write), and that costs more than all the
 * counting. */
#ifndef REAP_ECHO_PARENT_STATE_H
#define REAP_ECHO_PARENT_STATE_H

#include <signal.h>
#include <stdatomic.h>

struct parent_state {
	/* Since it started: see event.h. */
	volatile sig_atomic_t forked, reaped, sigchlds;
	/* Who holds a stop off, and whether one was asked for: see stop.c. */
	atomic_int stop;
};

/* Never NULL: a static one until it is moved. */
extern struct parent_state *parent_state;

/* Moves it to a place that stays the caller's, or back if that is NULL.
 * server_main() has it on its stack, as that page is written by each return from
 * fork(2). */
void parent_state_move(struct parent_state *place);

#endif
