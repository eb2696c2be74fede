/* A number's digits: see decimal.h. */
#include "echo/decimal.h"

const char *decimal_format(int64_t number, char digits[DECIMAL_SIZE])
{
	/* Unsigned, as -INT64_MIN has no place in int64_t. */
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char *first = &digits[DECIMAL_SIZE - 1];

	*first = '\0';
	do {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		*--first = '-';
	return first;
}
