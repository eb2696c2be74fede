/* How a server ends: SIGINT or SIGTERM, one closing line, exit 0. */
#ifndef REAP_ECHO_STOP_H
#define REAP_ECHO_STOP_H

#include "echo/variant.h"

/* From now on SIGINT and SIGTERM end the process. Called once, by the parent.
 * Returns 0, or -1 with errno set. */
int stop_on_signals(const struct variant *variant);

/* Between these two a stop is put off: what the kernel did and what is counted
 * of it must not be told apart by the totals (a child forked but not counted,
 * one reaped but not logged). They nest, also in a handler; never around a call
 * that may wait for long. */
void stop_hold(void);
void stop_release(void);

#endif
