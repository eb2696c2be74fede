/* The results of a burst: counts, latencies and its end. */
#ifndef REAP_CLIENT_TALLY_H
#define REAP_CLIENT_TALLY_H

#include "client/burst_session.h"

#include <stdint.h>

enum {
	/* The number of buckets for each power of two. */
	LATENCY_PARTS_LOG2 = 7,
	LATENCY_PARTS = 1 << LATENCY_PARTS_LOG2,
	LATENCY_BUCKETS = (64 - LATENCY_PARTS_LOG2) * LATENCY_PARTS,
};

/* A histogram, for percentiles in a fixed amount of memory. Its buckets are 1 ns wide
 * up to LATENCY_PARTS ns. From there on, the width doubles with each power of two, so
 * values are kept to one part in 128. A histogram of zeros is empty. */
struct latency {
	uint64_t count;
	int64_t max_ns; /* exact */
	uint32_t buckets[LATENCY_BUCKETS];
};

enum burst_ending {
	BURST_COMPLETE,    /* every session was tried */
	BURST_INTERRUPTED, /* by SIGINT or SIGTERM */
	BURST_GAVE_UP,     /* `lasting` says why the rest was not tried */
	BURST_BROKEN,      /* the client itself failed, after a complaint */
};

/* A tally of zeros is empty. */
struct tally {
	uint64_t ok;
	uint64_t failed;
	uint64_t causes[CAUSE_COUNT]; /* their sum is `failed` */
	uint64_t bytes;               /* that came back correctly */
	/* Sessions whose SYN, or whose first data, the kernel sent again. Over
	 * loopback no packet gets lost: the server's listen queue was full. */
	uint64_t syn_retries;
	uint64_t data_retries;
	int64_t elapsed_ns;
	struct latency latency; /* of the successful sessions */
	enum burst_ending ending;
	enum cause lasting;                 /* why the burst gave up */
	struct burst_session first_failure; /* if any session failed */
};

/* Adds a session that succeeded. */
void tally_ok(struct tally *tally, const struct burst_session *session);

/* Adds a session that failed. */
void tally_failed(struct tally *tally, const struct burst_session *session);

/* Returns a percentile in nanoseconds: the smallest latency that at least `percent`
 * of all latencies do not exceed, or up to 1% more. Returns 0 if there are none. */
int64_t latency_percentile(const struct latency *latency, unsigned percent);

#endif
