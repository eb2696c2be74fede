/* The load generator's event loop. */
#ifndef REAP_CLIENT_BURST_H
#define REAP_CLIENT_BURST_H

#include "client/burst_plan.h"
#include "client/tally.h"

/* Runs the plan's sessions and fills in the tally, which need not be initialised.
 * SIGINT and SIGTERM end the burst early; both are blocked during the call. Sessions
 * that are open at that time are closed and counted neither as ok nor as failed. If
 * the ending is BURST_BROKEN, one line on stderr said why. */
void burst_run(const struct burst_plan *plan, struct tally *tally);

#endif
