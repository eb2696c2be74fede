/* Formats numbers without stdio, so that signal handlers can use it. */
#ifndef REAP_COMMON_DECIMAL_H
#define REAP_COMMON_DECIMAL_H

#include <stdint.h>

/* Enough for any int64_t with its sign and a NUL. */
enum { DECIMAL_SIZE = 24 };

/* Writes the number in decimal into digits, with a NUL, and returns digits.
 * Async-signal-safe. */
const char *decimal_format(int64_t number, char digits[DECIMAL_SIZE]);

#endif
