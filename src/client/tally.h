/* What became of a burst: the facts that its summary tells. */
#ifndef REAP_CLIENT_TALLY_H
#define REAP_CLIENT_TALLY_H

#include "client/burst_session.h"

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

enum burst_ending {
	BURST_COMPLETE,    /* every session was tried */
	BURST_INTERRUPTED, /* by SIGINT or SIGTERM */
	BURST_GAVE_UP,     /* `lasting` says why the rest was not tried */
	BURST_BROKEN,      /* the client itself failed, and has said so */
};

/* All zero is an empty one. */
struct tally {
	uint64_t ok;
	uint64_t failed;
	uint64_t causes[CAUSE_COUNT]; /* their sum is `failed` */
	uint64_t bytes;               /* echoed and found right */
	/* Sessions that waited for their SYN, or for their first data, to be
	 * sent again. Over loopback, where nothing gets lost, either means
	 * that the server's listen queue was full. */
	uint64_t syn_retries;
	uint64_t data_retries;
	int64_t elapsed_ns;
	struct latency latency; /* of the sessions that went well */
	enum burst_ending ending;
	enum cause lasting;                 /* why it gave up */
	struct burst_session first_failure; /* its state, if any failed */
};

/* Adds a session that went well to its end. */
void tally_ok(struct tally *tally, const struct burst_session *session);

/* Adds a session that failed. */
void tally_failed(struct tally *tally, const struct burst_session *session);

/* The smallest duration that at least `percent` of all do not exceed, in
 * nanoseconds: never below the true one, and less than 1% above it. 0 if
 * nothing was added. */
int64_t latency_percentile(const struct latency *latency, unsigned percent);

#endif
