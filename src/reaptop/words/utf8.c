/* Telling UTF-8 from other bytes, by table 3-7 of the Unicode standard. */
#include "reaptop/words/utf8.h"

#include <stdbool.h>

static bool within(unsigned char byte, unsigned char low, unsigned char high)
{
	return byte >= low && byte <= high;
}

/* How many bytes follow a first byte, -1 if it cannot be first; and the range
 * of the second, which is where bad forms show. */
static int followers(unsigned char first, unsigned char *low,
		     unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (first < 0x80)
		return 0;
	if (within(first, 0xc2, 0xdf))
		return 1;
	if (within(first, 0xe0, 0xef)) {
		if (first == 0xe0)
			*low = 0xa0;
		if (first == 0xed)
			*high = 0x9f;
		return 2;
	}
	if (within(first, 0xf0, 0xf4)) {
		if (first == 0xf0)
			*low = 0x90;
		if (first == 0xf4)
			*high = 0x8f;
		return 3;
	}
	return -1;
}

size_t utf8_length(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned char low, high;
	int count = followers(bytes[0], &low, &high);
	if (count <= 0)
		return count == 0 ? 1 : 0;
	if (!within(bytes[1], low, high))
		return 0;
	/* A NUL is no follower, so this never reads past the end. */
	for (int i = 2; i <= count; i++)
		if (!within(bytes[i], 0x80, 0xbf))
			return 0;
	return (size_t)count + 1;
}

uint32_t utf8_code_point(const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;
	/* The first byte says the length in as many leading ones. */
	uint32_t code = length == 1 ? bytes[0] : bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++)
		code = code << 6 | (bytes[i] & 0x3fu);
	return code;
}
