/* The command line of moments. */
#ifndef REAP_MOMENTS_OPTIONS_H
#define REAP_MOMENTS_OPTIONS_H

#include "moments/moment.h"

#include <stdbool.h>

enum { OPTIONS_WORDS_MAX = 256 };

struct options {
	char *command[OPTIONS_WORDS_MAX + 1]; /* NULL ends it */
	bool pairs;
	bool json;
	long seconds;    /* 0: no limit */
	const char *log; /* path of the event log, or NULL */
	bool replay;
	struct plan plan;
};

enum options_result {
	OPTIONS_RUN,   /* go on */
	OPTIONS_DONE,  /* all was printed that was asked for */
	OPTIONS_WRONG, /* has complained */
};

enum options_result options_parse(struct options *options, int argc,
				  char **argv);

#endif
