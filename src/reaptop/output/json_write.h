/* The grammar of JSON, piece by piece. Keys are ours and need no escapes. */
#ifndef REAP_OUTPUT_JSON_WRITE_H
#define REAP_OUTPUT_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "reaptop/output/output.h"

/* Adds a string in quotes. All but printable ASCII is escaped, as the reader
 * may be a terminal, of any encoding; bytes that are not UTF-8 become
 * U+FFFD. */
void json_string(struct output *output, const char *text);

/* Adds `"key":`, with a comma in front if it is not an object's first. */
void json_key(struct output *output, const char *key);

/* A whole member of an object. */
void json_number(struct output *output, const char *key, uint64_t number);
void json_null(struct output *output, const char *key);
void json_bool(struct output *output, const char *key, bool value);

/* A member that is an object or an array: its opening bracket. */
void json_open(struct output *output, const char *key, char bracket);

/* The comma in front of an array's item, if it is not the first. */
void json_next(struct output *output);

#endif
