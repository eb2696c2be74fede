/* Counting sessions and their latencies: see tally.h. */
#include "client/tally.h"

/* Returns the binary logarithm of the width of the value's bucket. */
static unsigned scale(uint64_t ns)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(ns | 1);

	return bits > LATENCY_PARTS_LOG2 + 1 ? bits - LATENCY_PARTS_LOG2 - 1
					     : 0;
}

static uint64_t bucket_of(uint64_t ns)
{
	unsigned shift = scale(ns);

	return (uint64_t)shift * LATENCY_PARTS + (ns >> shift);
}

/* Returns the largest value that belongs to the bucket. */
static uint64_t bucket_end(uint64_t bucket)
{
	if (bucket < 2 * (uint64_t)LATENCY_PARTS)
		return bucket;

	uint64_t shift = bucket / LATENCY_PARTS - 1;
	uint64_t part = bucket - shift * LATENCY_PARTS;

	return ((part + 1) << shift) - 1;
}

/* Adds a latency. A negative one counts as 0. */
static void latency_add(struct latency *latency, int64_t ns)
{
	if (ns < 0)
		ns = 0;
	latency->count++;
	latency->buckets[bucket_of((uint64_t)ns)]++;
	if (ns > latency->max_ns)
		latency->max_ns = ns;
}

static void add(struct tally *tally, const struct burst_session *session)
{
	tally->bytes += session->received;
	if (session->syns_resent > 0)
		tally->syn_retries++;
	if (session->data_resent)
		tally->data_retries++;
}

void tally_ok(struct tally *tally, const struct burst_session *session)
{
	add(tally, session);
	tally->ok++;
	latency_add(&tally->latency, session->latency_ns);
}

void tally_failed(struct tally *tally, const struct burst_session *session)
{
	add(tally, session);
	if (tally->failed == 0)
		tally->first_failure = *session;
	tally->failed++;
	tally->causes[session->cause]++;
}

int64_t latency_percentile(const struct latency *latency, unsigned percent)
{
	uint64_t rank = (latency->count * percent + 99) / 100;
	uint64_t seen = 0;

	for (uint64_t bucket = 0; bucket < LATENCY_BUCKETS; bucket++) {
		seen += latency->buckets[bucket];
		if (seen > 0 && seen >= rank) {
			int64_t end = (int64_t)bucket_end(bucket);

			return end < latency->max_ns ? end : latency->max_ns;
		}
	}
	return 0;
}
