/* Standard output for programs: gathered, written in one go per sample. */
#ifndef REAP_OUTPUT_OUTPUT_H
#define REAP_OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero before first use, free with output_free(). Once memory ran out,
 * additions are dropped and output_flush() fails. */
struct output {
	char *data;
	size_t size;
	size_t capacity;
	bool failed;
};

void output_free(struct output *output);

void output_bytes(struct output *output, const char *bytes, size_t size);
void output_text(struct output *output, const char *text);
void output_number(struct output *output, uint64_t number);

/* Writes all to standard output and empties the buffer. Waits for a slow
 * reader, but no longer once signals_end_asked(): the rest is dropped. Returns
 * 0, or -1 with errno (EPIPE: the reader has gone). SIGPIPE must be ignored. */
int output_flush(struct output *output);

#endif
