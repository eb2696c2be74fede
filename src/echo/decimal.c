/* A number's digits: see decimal.h. */
#include "echo/decimal.h"

const char *decimal_format(int64_t number, char digits[DECIMAL_SIZE])
{
	/* Unsigned, as -INT64_MIN has no place in int64_t. */
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char *end = digits + (number < 0);

	for (uint64_t left = rest; left >= 10; left /= 10)
		end++;
	digits[0] = '-'; /* if it is none, a digit comes there */
	*++end = '\0';
	do {
		*--end = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	return digits;
}
