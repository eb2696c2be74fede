/* Time in nanoseconds: see clock.h. */
#include "common/clock.h"

int64_t clock_now(clockid_t clock)
{
	struct timespec now = {0};

	/* Fails only for a clock that Linux does not have. */
	(void)clock_gettime(clock, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

struct timespec clock_span(int64_t ns)
{
	struct timespec span = {0};

	if (ns > 0) {
		span.tv_sec = ns / NS_PER_SECOND;
		span.tv_nsec = ns % NS_PER_SECOND;
	}
	return span;
}
