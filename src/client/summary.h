/* What a burst tells of itself when it is over, on stdout. */
#ifndef REAP_CLIENT_SUMMARY_H
#define REAP_CLIENT_SUMMARY_H

#include "client/burst_plan.h"
#include "client/tally.h"

/* A few lines for people. */
void summary_print_text(const struct burst_plan *plan,
			const struct tally *tally);

/* The same facts as one JSON object on one line. Its keys:
 *   server          "127.0.0.1:9190"
 *   sessions        asked for; = ok + failed + unfinished
 *   concurrency, size, hold_ms   as asked for
 *   ok, failed      sessions
 *   unfinished      not tried, or cut off by an interrupt
 *   interrupted     true after SIGINT or SIGTERM
 *   causes          of the failures: {cause: sessions}; keys in cause.c
 *   first_failure   null, or {session, cause, offset, error}: its number from
 *                   0, the bytes that had come back right, errno in words or
 *                   null
 *   bytes           echoed and found right, of all sessions
 *   seconds         from the first connect to the last session's end
 *   sessions_per_s  that went well
 *   latency_ms      {p50, p99, max} of those, from connect(2) to the last
 *                   echoed byte, the hold excluded; each null without any
 *   syn_retries     sessions whose SYN had to be sent again
 *   data_retries    sessions whose first data had to be sent again */
void summary_print_json(const struct burst_plan *plan,
			const struct tally *tally);

#endif
