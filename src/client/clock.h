/* The one clock of the load generator. */
#ifndef REAP_CLIENT_CLOCK_H
#define REAP_CLIENT_CLOCK_H

#include <stdint.h>

enum { NS_PER_MS = 1000000 };

/* CLOCK_MONOTONIC in nanoseconds. Cannot fail: clock_gettime(2) has no error
 * for this clock. */
int64_t clock_now_ns(void);

#endif
