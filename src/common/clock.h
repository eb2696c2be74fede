/* Time in nanoseconds. */
#ifndef REAP_COMMON_CLOCK_H
#define REAP_COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS     INT64_C(1000000)

/* Returns the time of the given clock. The event log and all waits use
 * CLOCK_MONOTONIC; a process's start time is in CLOCK_BOOTTIME (proc(5)).
 * Async-signal-safe. */
int64_t clock_now(clockid_t clock);

/* Converts a span for ppoll(2) and similar calls. A negative span becomes 0. */
struct timespec clock_span(int64_t ns);

#endif
