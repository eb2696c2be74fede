/* What a burst does: the user's options, and the server's address. */
#ifndef REAP_CLIENT_BURST_PLAN_H
#define REAP_CLIENT_BURST_PLAN_H

#include "common/address.h"

#include <stdbool.h>
#include <stdint.h>

struct burst_plan {
	union address server;
	uint64_t sessions;    /* total number, at least 1 */
	uint64_t concurrency; /* most sessions at once, from 1 to sessions */
	uint64_t size;        /* bytes that each session sends, at least 1 */
	int64_t hold_ns;      /* from the last byte read to the FIN */
	int64_t patience_ns;  /* a session that is silent longer fails */
	bool half_close;      /* send the FIN with the last byte; no hold */
	bool progress_lines;  /* on stderr, for programs to read */
};

#endif
