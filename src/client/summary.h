/* Prints the summary of a burst to stdout. */
#ifndef REAP_CLIENT_SUMMARY_H
#define REAP_CLIENT_SUMMARY_H

#include "client/burst_plan.h"
#include "client/tally.h"

/* Prints a few lines for people. */
void summary_print_text(const struct burst_plan *plan,
			const struct tally *tally);

/* Prints the same facts as one JSON object on one line. Its keys:
 *   server          "127.0.0.1:9190"
 *   sessions        number asked for: ok + failed + unfinished
 *   concurrency, size, hold_ms   the values asked for
 *   ok, failed      numbers of sessions
 *   unfinished      sessions that did not start, or were open at an interrupt
 *   interrupted     true after SIGINT or SIGTERM
 *   causes          {cause: failed sessions}; the names of causes are in cause.c
 *   first_failure   null, or {session, cause, offset, error}: the session's number
 *                   from 0, its correct bytes, and errno in words or null
 *   bytes           correct bytes of all sessions
 *   seconds         from the first connect to the end of the last session
 *   sessions_per_s  successful sessions per second
 *   latency_ms      {p50, p99, max} of the successful sessions, from connect(2) to
 *                   the last echoed byte, without the hold; each null if there are
 *                   none
 *   syn_retries     sessions whose SYN had to be sent again
 *   data_retries    sessions whose first data had to be sent again */
void summary_print_json(const struct burst_plan *plan,
			const struct tally *tally);

#endif
