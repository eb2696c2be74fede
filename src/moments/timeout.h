/* Calls that wait for a limited time. A run has no clock: while the server works on a
 * client no time-out of it ends, however slow the machine is, and once all sleep one
 * time-out ends at once, however long it is. Read next: run.c. */
#ifndef REAP_MOMENTS_TIMEOUT_H
#define REAP_MOMENTS_TIMEOUT_H

#include "moments/run.h"

#include <stdbool.h>

/* Lets the call that a thread of the parent has entered wait without a limit. */
void timeout_hold(struct task *task);

/* Puts the thread's registers right when that call has returned. */
void timeout_restore(struct task *task);

/* Ends one time-out of the parent, as if its time had passed. All sleep. Returns false
 * if the parent waits for no time. */
bool timeout_end_one(struct run *run);

/* Ends the time-outs of the children and of what they have started. All sleep. Returns
 * false if none of them waits for a time. */
bool timeout_end_below(struct run *run);

#endif
