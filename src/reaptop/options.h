/* The command line of reaptop. */
#ifndef REAP_REAPTOP_OPTIONS_H
#define REAP_REAPTOP_OPTIONS_H

#include <stdbool.h>
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
	TARGET_ZOMBIES, /* every parent on the machine that has any */
};

enum output_kind {
	OUTPUT_SCREEN,
	OUTPUT_BATCH,
	OUTPUT_JSON,
};

enum {
	OPTIONS_TARGETS_MAX = 64,
	OPTIONS_SCENES_MAX = 16,
};

struct options {
	enum target_kind target;
	long numbers[OPTIONS_TARGETS_MAX]; /* PIDs or ports */
	size_t number_count;
	char **command;                          /* NULL-terminated */
	const char *traces[OPTIONS_TARGETS_MAX]; /* in the servers' order */
	size_t trace_count;
	int scenes[OPTIONS_SCENES_MAX]; /* of the demo, to be played in turn */
	size_t scene_count;
	bool read_only; /* no key acts on a process */
	bool ascii;     /* draw with ASCII characters only */
	bool no_color;
	enum output_kind output;
	int64_t delay;    /* between samples, in nanoseconds */
	uint64_t samples; /* 0: no end */
};

/* Reads the command line, or complains. Keeps pointers to the strings of argv,
 * and does not reorder them. */
enum options_result options_parse(struct options *options, int argc,
				  char **argv);

#endif
