/* Formats numbers: see decimal.h. */
#include "common/decimal.h"

const char *decimal_format(int64_t number, char digits[DECIMAL_SIZE])
{
	/* Unsigned: int64_t cannot hold -INT64_MIN. */
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char *end = digits + (number < 0);

	for (uint64_t left = rest; left >= 10; left /= 10)
		end++;
	digits[0] = '-'; /* a digit replaces it if there is no sign */
	*++end = '\0';
	do {
		*--end = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	return digits;
}
