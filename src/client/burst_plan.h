/* What a burst shall do. */
#ifndef REAP_CLIENT_BURST_PLAN_H
#define REAP_CLIENT_BURST_PLAN_H

#include "echo/address.h"

#include <stdbool.h>
#include <stdint.h>

struct burst_plan {
	union address server;
	uint64_t sessions;    /* in all; at least 1 */
	uint64_t concurrency; /* at once; from 1 to sessions */
	uint64_t size;        /* bytes sent and read back; at least 1 */
	int64_t hold_ns;      /* from the last byte read to the close */
	int64_t patience_ns;  /* a session may be silent that long */
	bool half_close;      /* FIN with the last byte sent; needs no hold */
	bool progress_lines;  /* on stderr, for programs to read */
};

#endif
