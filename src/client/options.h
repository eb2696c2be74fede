/* The client's command line. */
#ifndef REAP_CLIENT_OPTIONS_H
#define REAP_CLIENT_OPTIONS_H

#include "client/burst_plan.h"

#include <stdbool.h>

struct options {
	const char *host; /* a name or an address, not empty; from argv */
	in_port_t port;   /* in host byte order, at least 1 */
	bool burst;       /* else interactive */
	bool json;
	/* Everything but the server's address. patience_ns is also valid for
	 * an interactive session. */
	struct burst_plan plan;
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Reads the command line. Returns OPTIONS_DONE after printing --help or --version to
 * stdout, which main() flushes; OPTIONS_WRONG after one line on stderr; otherwise
 * OPTIONS_RUN. */
enum options_result options_parse(struct options *options, int argc,
				  char **argv);

#endif
