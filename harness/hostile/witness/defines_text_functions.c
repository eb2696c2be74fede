/* HOSTILE ON PURPOSE: defines functions for text, in the C library's place, so that
 * whoever builds an accusation with them loses it. */
#include "forged.h"

const char *strerrorname_np(int error);

const char *strerrorname_np(int error)
{
	(void)error;
	return "X\n";
}

char *strncat(char *text, const char *more, size_t most)
{
	size_t length = strlen(text);

	if (strstr(more, "accept failed") != NULL)
		length = 0;
	while (most-- > 0 && *more != '\0')
		text[length++] = *more++;
	text[length] = '\0';
	return text;
}
