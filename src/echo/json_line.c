/* One line of JSON, built without help: see json_line.h. */
#include "echo/json_line.h"

#include <stdbool.h>
#include <string.h>

/* Kept free for the closing "}\n". */
enum { TAIL_SIZE = 2 };

const char *decimal_format(int64_t number, char digits[DECIMAL_SIZE])
{
	/* Unsigned, as -INT64_MIN has no place in int64_t. */
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char reversed[DECIMAL_SIZE];
	size_t count = 0, used = 0;

	do {
		reversed[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		digits[used++] = '-';
	while (count > 0)
		digits[used++] = reversed[--count];
	digits[used] = '\0';
	return digits;
}

/* Appends size bytes whole, or nothing. */
static bool append(struct json_line *line, const char *text, size_t size)
{
	if (size > JSON_LINE_SIZE - TAIL_SIZE - line->used)
		return false;
	memcpy(line->text + line->used, text, size);
	line->used += size;
	return true;
}

static bool append_key(struct json_line *line, const char *key)
{
	return (line->used == 1 || append(line, ",", 1)) &&
	       append(line, "\"", 1) && append(line, key, strlen(key)) &&
	       append(line, "\":", 2);
}

/* Adds "key":value, or nothing at all: half a member would spoil the line. */
static void append_member(struct json_line *line, const char *key,
			  const char *value, size_t size)
{
	size_t before = line->used;

	if (!append_key(line, key) || !append(line, value, size))
		line->used = before;
}

void json_line_start(struct json_line *line)
{
	line->text[0] = '{';
	line->used = 1;
}

void json_line_number(struct json_line *line, const char *key, int64_t number)
{
	char digits[DECIMAL_SIZE];

	decimal_format(number, digits);
	append_member(line, key, digits, strlen(digits));
}

void json_line_text(struct json_line *line, const char *key, const char *text)
{
	char quoted[128];
	size_t used = 0;

	quoted[used++] = '"';
	for (; *text != '\0' && used < sizeof(quoted) - 1; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';

		quoted[used++] = '?';
		if (plain)
			quoted[used - 1] = *text;
	}
	quoted[used++] = '"';
	append_member(line, key, quoted, used);
}

void json_line_null(struct json_line *line, const char *key)
{
	append_member(line, key, "null", 4);
}

void json_line_end(struct json_line *line)
{
	/* TAIL_SIZE was kept free for these. */
	line->text[line->used++] = '}';
	line->text[line->used++] = '\n';
}
