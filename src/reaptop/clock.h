/* Time in nanoseconds, the one unit used inside reaptop. */
#ifndef REAP_REAPTOP_CLOCK_H
#define REAP_REAPTOP_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS     INT64_C(1000000)

/* The given clock now. CLOCK_MONOTONIC is the event log's clock and the one
 * to wait by; CLOCK_BOOTTIME is the one of a process's start time. */
int64_t clock_now(clockid_t clock);

/* For ppoll(2) and the like; a negative span is none. */
struct timespec clock_span(int64_t ns);

#endif
