/* How a server ends: SIGINT or SIGTERM, one closing line, exit 0. */
#ifndef REAP_ECHO_PROCESS_STOP_H
#define REAP_ECHO_PROCESS_STOP_H

#include "echo/variant.h"

#include <sys/wait.h>

/* Installs the handler by which SIGINT and SIGTERM end the process. The parent calls it
 * once. Returns 0, or -1 with errno set. */
int stop_on_signals(const struct variant *variant);

/* Delay a stop between these two calls, on all threads: the totals must agree with what
 * the kernel did. (No child is forked but not counted, or reaped but not logged.) They
 * nest, also in a handler. Do not hold a stop around a call that may block. After the
 * server has stopped, stop_hold() does not return. Both preserve errno. */
void stop_hold(void);
void stop_release(void);

/* Calls stop_hold() before a wait that would block. Waits until one of these children
 * has died (waitid(2) selects them by `type` and `id`), does not reap it, and holds the
 * stop: the caller's wait then returns at once. A stop may come while this function
 * waits. Also returns with the stop held if there is no such child. Async-signal-safe;
 * changes errno. */
void stop_hold_at_death(idtype_t type, id_t id);

#endif
