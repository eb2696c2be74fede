/* Standard output for programs, and the grammar of JSON. Numbers are formatted
 * here without stdio: a sample of 20,000 children has a hundred thousand. */
#include "reaptop/output/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/array.h"
#include "reaptop/signals.h"

void output_free(struct output *output)
{
	free(output->data);
	*output = (struct output){0};
}

void output_bytes(struct output *output, const char *bytes, size_t size)
{
	if (!output->failed)
		output->failed = ARRAY_RESERVE(output->data, output->capacity,
					       output->size + size) != 0;
	if (output->failed)
		return;
	memcpy(output->data + output->size, bytes, size);
	output->size += size;
}

void output_text(struct output *output, const char *text)
{
	output_bytes(output, text, strlen(text));
}

void output_number(struct output *output, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	output_bytes(output, digits + at, sizeof(digits) - at);
}

/* Lets signals in while it waits for the reader. If poll(2) says that a pipe
 * has room, there is room for PIPE_BUF. */
static int write_all(const char *data, size_t size)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	while (size > 0 && !signals_end_asked()) {
		int ready = ppoll(&out, 1, NULL, signals_while_waiting());
		if (ready < 0 && errno != EINTR)
			return -1;
		if (ready <= 0)
			continue;
		ssize_t written = write(STDOUT_FILENO, data,
					size < PIPE_BUF ? size : PIPE_BUF);
		if (written < 0 && errno != EAGAIN && errno != EINTR)
			return -1;
		if (written > 0) {
			data += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

int output_flush(struct output *output)
{
	size_t size = output->size;
	output->size = 0;
	if (output->failed) {
		errno = ENOMEM;
		return -1;
	}
	return write_all(output->data, size);
}

static bool within(unsigned char byte, unsigned char low, unsigned char high)
{
	return byte >= low && byte <= high;
}

/* Returns how many bytes follow a first byte, or -1 if it cannot be the first.
 * Stores the range of the second byte, which excludes invalid forms (table 3-7
 * of the Unicode standard). */
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

/* Returns the length, 1 to 4, of the character at the start of the text, which
 * is not empty; 0 if the bytes there are not valid UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF). */
static size_t character_length(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned char low, high;
	int count = followers(bytes[0], &low, &high);
	if (count <= 0)
		return count == 0 ? 1 : 0;
	if (!within(bytes[1], low, high))
		return 0;
	/* NUL is out of this range, so this never reads past the end. */
	for (int i = 2; i <= count; i++)
		if (!within(bytes[i], 0x80, 0xbf))
			return 0;
	return (size_t)count + 1;
}

/* Returns the code point of the character of that length. */
static uint32_t code_point(const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;
	/* The first byte has as many leading ones as the length. */
	uint32_t code = length == 1 ? bytes[0] : bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++)
		code = code << 6 | (bytes[i] & 0x3fu);
	return code;
}

/* Adds one UTF-16 unit, as JSON escapes characters outside of ASCII. */
static void add_unit(struct output *output, uint32_t unit)
{
	static const char hex[] = "0123456789abcdef";
	char text[] = "\\u0000";
	for (int i = 0; i < 4; i++)
		text[2 + i] = hex[unit >> (12 - 4 * i) & 15];
	output_bytes(output, text, 6);
}

/* Adds a character as one unit, or as a surrogate pair (RFC 8259, 7). */
static void add_escape(struct output *output, uint32_t code)
{
	if (code < 0x10000) {
		add_unit(output, code);
		return;
	}
	add_unit(output, 0xd800 + ((code - 0x10000) >> 10));
	add_unit(output, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

static bool is_printable_ascii(uint32_t code)
{
	return code >= 0x20 && code < 0x7f;
}

void json_string(struct output *output, const char *text)
{
	output_text(output, "\"");
	while (*text != '\0') {
		size_t size = character_length(text);
		uint32_t code = size == 0 ? 0xfffd : code_point(text, size);
		if (!is_printable_ascii(code)) {
			add_escape(output, code);
		} else {
			if (code == '"' || code == '\\')
				output_text(output, "\\");
			output_bytes(output, text, 1);
		}
		text += size == 0 ? 1 : size;
	}
	output_text(output, "\"");
}

void json_key(struct output *output, const char *key)
{
	if (output->size > 0 && !output->failed &&
	    output->data[output->size - 1] != '{')
		output_bytes(output, ",", 1);
	output_bytes(output, "\"", 1);
	output_text(output, key);
	output_bytes(output, "\":", 2);
}

void json_number(struct output *output, const char *key, uint64_t number)
{
	json_key(output, key);
	output_number(output, number);
}

void json_text(struct output *output, const char *key, const char *text)
{
	json_key(output, key);
	if (text == NULL)
		output_text(output, "null");
	else
		json_string(output, text);
}

void json_known(struct output *output, const char *key, bool known,
		uint64_t number)
{
	if (known)
		json_number(output, key, number);
	else
		json_text(output, key, NULL);
}

void json_bool(struct output *output, const char *key, bool value)
{
	json_key(output, key);
	output_text(output, value ? "true" : "false");
}

void json_open(struct output *output, const char *key, char bracket)
{
	json_key(output, key);
	output_bytes(output, &bracket, 1);
}

void json_next(struct output *output)
{
	if (output->size == 0 || output->failed)
		return;
	char last = output->data[output->size - 1];
	if (last != '[' && last != '{')
		output_bytes(output, ",", 1);
}
