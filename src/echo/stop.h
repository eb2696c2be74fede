/* How a server ends: SIGINT or SIGTERM, one closing line, exit 0. */
#ifndef REAP_ECHO_STOP_H
#define REAP_ECHO_STOP_H

#include "echo/variant.h"

#include <sys/wait.h>

/* From now on SIGINT and SIGTERM end the process. Called once, by the parent.
 * Returns 0, or -1 with errno set. */
int stop_on_signals(const struct variant *variant);

/* Between these two a stop is put off, on any thread: the totals must agree with
 * what the kernel did (no child is forked but not counted, or reaped but not
 * logged). They nest, also in a handler; never around a call that may wait for
 * long. Once the server stops, stop_hold() does not return. Both leave errno
 * alone. */
void stop_hold(void);
void stop_release(void);

/* stop_hold() for a wait that blocks. Waits until one of these children has died
 * (waitid(2) names them by `type` and `id`) and leaves it to be reaped; a stop may
 * come meanwhile. The wait call that follows returns at once. Returns with the stop
 * held also if there is no such child. Async-signal-safe; changes errno. */
void stop_hold_at_death(idtype_t type, id_t id);

#endif
