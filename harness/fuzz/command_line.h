/* Command lines for the options' fuzz targets: the input's bytes, cut into words at
 * each newline. What the parser complains of is looked at instead of printed. To be
 * included once, as it defines complain() and its like. */
#ifndef REAP_FUZZ_COMMAND_LINE_H
#define REAP_FUZZ_COMMAND_LINE_H

#include <getopt.h>
#include <stdio.h>

#include "fuzz.h"

enum { WORDS_MAX = 32 };

struct command_line {
	int argc;
	char *argv[WORDS_MAX + 1]; /* ends in NULL; [0] is the program */
	char *text;                /* where the words are; to be freed */
};

static int complaints;

void complain(const char *what, const char *why)
{
	CHECK(what[0] != '\0' && why[0] != '\0');
	complaints++;
}

void complain_errno(const char *what, int error)
{
	complain(what, strerror(error));
}

/* Help and versions go nowhere. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	CHECK(freopen("/dev/null", "w", stdout) != NULL);
	return 0;
}

static inline void command_line_cut(struct command_line *line,
				    const uint8_t *data, size_t size)
{
	static char program[] = "program";
	char *rest = fuzz_text(data, size);
	char *word;

	memset(line, 0, sizeof(*line));
	line->text = rest;
	line->argv[line->argc++] = program;
	while (line->argc < WORDS_MAX && (word = strsep(&rest, "\n")))
		line->argv[line->argc++] = word;
	optind = 0; /* getopt(3): starts afresh, in glibc */
	complaints = 0;
}

#endif
