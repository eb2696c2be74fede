/* Percentiles of many durations in a fixed amount of memory. */
#ifndef REAP_CLIENT_LATENCY_H
#define REAP_CLIENT_LATENCY_H

#include <stdint.h>

enum {
	/* Each power of two is cut in that many buckets: values are kept to
	 * one part in 128. */
	LATENCY_PARTS_LOG2 = 7,
	LATENCY_PARTS = 1 << LATENCY_PARTS_LOG2,
	LATENCY_BUCKETS = (64 - LATENCY_PARTS_LOG2) * LATENCY_PARTS,
};

/* All zero is an empty one. */
struct latency {
	uint64_t count;
	int64_t max_ns; /* exact */
	uint32_t buckets[LATENCY_BUCKETS];
};

/* Adds one duration; a negative one counts as 0. */
void latency_add(struct latency *latency, int64_t ns);

/* The smallest duration that at least `percent` of all do not exceed, in
 * nanoseconds: never below the true one, and less than 1% above it. 0 if
 * nothing was added. */
int64_t latency_percentile(const struct latency *latency, unsigned percent);

#endif
