/* Standard output for programs: gathered, written in one go per sample; and the
 * pieces of JSON that are written to it. */
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

/* Adds a string in quotes. All but printable ASCII is escaped, as the reader
 * may be a terminal, of any encoding; bytes that are not UTF-8 become
 * U+FFFD. */
void json_string(struct output *output, const char *text);

/* Adds `"key":`, with a comma in front if it is not an object's first. */
void json_key(struct output *output, const char *key);

/* Add a whole member of an object. */
void json_number(struct output *output, const char *key, uint64_t number);
/* A string, or null for NULL. */
void json_text(struct output *output, const char *key, const char *text);
/* Adds a number, or null if it is not known. */
void json_known(struct output *output, const char *key, bool known,
		uint64_t number);
void json_bool(struct output *output, const char *key, bool value);

/* Adds a member that is an object or an array: its opening bracket. */
void json_open(struct output *output, const char *key, char bracket);

/* Adds the comma in front of an array's item, unless the item is the first. */
void json_next(struct output *output);

#endif
