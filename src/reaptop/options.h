/* The command line of reaptop. */
#ifndef REAP_REAPTOP_OPTIONS_H
#define REAP_REAPTOP_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum options_result {
	OPTIONS_RUN,   /* go on */
	OPTIONS_DONE,  /* --help or --version was answered */
	OPTIONS_WRONG, /* complained */
};

/* What to watch. */
enum target_kind {
	TARGET_PIDS,
	TARGET_PORTS,
	TARGET_DEMO,
	TARGET_COMMAND,
};

enum output_kind {
	OUTPUT_SCREEN,
	OUTPUT_BATCH,
	OUTPUT_JSON,
};

enum { OPTIONS_TARGETS_MAX = 64 };

struct options {
	enum target_kind target;
	long numbers[OPTIONS_TARGETS_MAX]; /* PIDs or ports */
	size_t number_count;
	char **command;                          /* NULL-terminated */
	const char *traces[OPTIONS_TARGETS_MAX]; /* in the servers' order */
	size_t trace_count;
	enum output_kind output;
	int64_t delay;    /* between samples, in nanoseconds */
	uint64_t samples; /* 0: no end */
};

/* Reads the command line; strings are kept, not copied. Complains of what is
 * wrong. May reorder nothing in argv. */
enum options_result options_parse(struct options *options, int argc,
				  char **argv);

#endif
