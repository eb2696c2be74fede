/* Builds one line of JSON on the stack. All functions here are async-signal-safe: they do
 * not use malloc, stdio or the locale. Read next: event.c. */
#ifndef REAP_ECHO_LOG_JSON_LINE_H
#define REAP_ECHO_LOG_JSON_LINE_H

/* Also offered here: answers to lab 04 use it from this header. */
#include "common/decimal.h"

#include <stddef.h>
#include <stdint.h>

/* Enough for every event: the longest has an address and a variant's name, and less than
 * 200 bytes. */
enum { JSON_LINE_SIZE = 256 };

struct json_line {
	size_t used;
	char text[JSON_LINE_SIZE];
};

/* Starts an empty object. The functions below leave out a member that does not fit. */
void json_line_start(struct json_line *line);

/* Adds "key":number. */
void json_line_number(struct json_line *line, const char *key, int64_t number);

/* Adds "key":"text", truncated to what fits. Writes '?' for a byte that JSON would
 * escape. */
void json_line_text(struct json_line *line, const char *key, const char *text);

/* Adds "key":null. */
void json_line_null(struct json_line *line, const char *key);

/* Closes the object and ends the line. */
void json_line_end(struct json_line *line);

#endif
