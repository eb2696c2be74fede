/* The values of options: numbers, and the complaints of what is none. */
#ifndef REAP_REAPTOP_OPTIONS_VALUE_H
#define REAP_REAPTOP_OPTIONS_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "reaptop/options.h"

/* Complains of one argument, quoted; shortened, should it be a long one.
 * Returns OPTIONS_WRONG. */
enum options_result options_wrong(const char *kind, const char *argument,
				  const char *why);

/* A whole decimal number from 1 to max: digits only. True if it is one. */
bool options_read_number(const char *text, long max, long *number);

/* The same, with a complaint. OPTIONS_RUN or OPTIONS_WRONG. */
enum options_result options_take_number(const char *kind, const char *text,
					long max, long *number);

/* Seconds, 0.01 to 3600, stored as nanoseconds. Plain decimals only: no
 * exponent, no hexadecimals, no `nan`. OPTIONS_RUN or OPTIONS_WRONG. */
enum options_result options_take_delay(const char *text, int64_t *delay);

#endif
