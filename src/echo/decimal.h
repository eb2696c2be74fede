/* A number's digits, made without help: for handlers, and where stdio would cost. */
#ifndef REAP_ECHO_DECIMAL_H
#define REAP_ECHO_DECIMAL_H

#include <stdint.h>

/* Any int64_t with its sign and a NUL, rounded up. */
enum { DECIMAL_SIZE = 24 };

/* Writes number in decimal into digits, which is returned, with a NUL.
 * Async-signal-safe. */
const char *decimal_format(int64_t number, char digits[DECIMAL_SIZE]);

#endif
