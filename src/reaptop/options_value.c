/* The values of options: numbers, and the complaints of what is none. */
#include "reaptop/options_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/clock.h"
#include "reaptop/complain.h"

enum options_result options_wrong(const char *kind, const char *argument,
				  const char *why)
{
	char what[128];
	snprintf(what, sizeof what, "%s '%.64s'", kind, argument);
	complain(what, why);
	return OPTIONS_WRONG;
}

bool options_read_number(const char *text, long max, long *number)
{
	long value = 0;
	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (*text - '0');
		if (value > max)
			return false;
	}
	*number = value;
	return value >= 1;
}

enum options_result options_take_number(const char *kind, const char *text,
					long max, long *number)
{
	char why[64];
	if (options_read_number(text, max, number))
		return OPTIONS_RUN;
	snprintf(why, sizeof why, "not a number from 1 to %ld", max);
	return options_wrong(kind, text, why);
}

enum options_result options_take_delay(const char *text, int64_t *delay)
{
	double seconds = 0;
	size_t size = strlen(text);
	bool plain = size > 0 && size < 32 &&
		     strspn(text, "0123456789.") == size &&
		     strspn(text, ".") < size;
	char *end = NULL;
	if (plain)
		seconds = strtod(text, &end);
	if (!plain || *end != '\0' || seconds < 0.01 || seconds > 3600)
		return options_wrong(
			"delay", text,
			"not a number of seconds from 0.01 to 3600");
	*delay = (int64_t)(seconds * (double)NS_PER_SECOND);
	return OPTIONS_RUN;
}
