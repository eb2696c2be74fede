/* The client's command line. */
#ifndef REAP_CLIENT_OPTIONS_H
#define REAP_CLIENT_OPTIONS_H

#include "client/burst_plan.h"

#include <stdbool.h>

struct options {
	const char *host; /* name or address, not empty; from argv */
	in_port_t port;   /* host order, from 1 */
	bool burst;       /* else interactive */
	bool json;
	/* The burst's, but for the server's address. The patience is valid in
	 * either mode. */
	struct burst_plan plan;
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Reads the command line. OPTIONS_DONE: --help or --version was printed to
 * stdout, not yet flushed; OPTIONS_WRONG: one line on stderr said why. */
enum options_result options_parse(struct options *options, int argc,
				  char **argv);

#endif
