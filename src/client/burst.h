/* The load generator's event loop. */
#ifndef REAP_CLIENT_BURST_H
#define REAP_CLIENT_BURST_H

#include "client/burst_plan.h"
#include "client/tally.h"

/* Runs the plan's sessions and fills the tally, which need not be initialised.
 * SIGINT and SIGTERM, blocked from here on, end it early. Sessions that have
 * not ended by then are closed and counted neither as ok nor as failed. With the
 * ending BURST_BROKEN, one line on stderr said why. */
void burst_run(const struct burst_plan *plan, struct tally *tally);

#endif
