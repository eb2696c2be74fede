/* Builds one line of JSON on the stack, without a call that a signal handler
 * may not make: no allocation, no stdio, no locale. Read next: event.c. */
#ifndef REAP_ECHO_JSON_LINE_H
#define REAP_ECHO_JSON_LINE_H

/* Part of what this file offers: answers to lab 04 look for it here. */
#include "echo/decimal.h"

#include <stddef.h>
#include <stdint.h>

/* Room for any event: the longest has an address and a variant's name, and is below
 * 200 bytes. Handlers have it on the stack, beside a signal's frame. */
enum { JSON_LINE_SIZE = 256 };

struct json_line {
	size_t used;
	char text[JSON_LINE_SIZE];
};

/* Starts an empty object. All functions here are async-signal-safe, and leave
 * out what no longer fits. */
void json_line_start(struct json_line *line);

/* Adds "key":number. */
void json_line_number(struct json_line *line, const char *key, int64_t number);

/* Adds "key":"text", cut to what fits; bytes that JSON cannot carry plainly are
 * shown as '?'. */
void json_line_text(struct json_line *line, const char *key, const char *text);

/* Adds "key":null. */
void json_line_null(struct json_line *line, const char *key);

/* Closes the object and ends the line. */
void json_line_end(struct json_line *line);

#endif
