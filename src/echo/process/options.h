/* A server's command line. */
#ifndef REAP_ECHO_PROCESS_OPTIONS_H
#define REAP_ECHO_PROCESS_OPTIONS_H

#include "common/address.h"
#include "echo/process/client_limits.h"
#include "echo/variant.h"

struct options {
	union address address; /* where to listen; port 0: the kernel picks */
	int backlog;           /* for listen(2), at least 1 */
	const char *trace;     /* the event log's path, or NULL; from argv */
	struct client_limits limits;
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Reads the command line. OPTIONS_DONE: --help or --version was answered on
 * stdout; OPTIONS_WRONG: one line on stderr said why. */
enum options_result options_parse(struct options *options,
				  const struct variant *variant, int argc,
				  char **argv);

#endif
