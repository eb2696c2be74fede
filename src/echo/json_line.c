/* One line of JSON, built without help: see json_line.h. */
#include "echo/json_line.h"

#include "echo/decimal.h"

#include <stdbool.h>
#include <string.h>

/* Kept free for the closing "}\n". */
enum { TAIL_SIZE = 2 };

/* Adds "key":value, or nothing at all: half a member would spoil the line. */
static void append_member(struct json_line *line, const char *key,
			  const char *value, size_t size)
{
	size_t key_size = strlen(key);
	bool first = line->used == 1;
	size_t marks = first ? 3 : 4; /* two quotes, a colon; a comma before */
	char *end = line->text + line->used;

	if (marks + key_size + size > JSON_LINE_SIZE - TAIL_SIZE - line->used)
		return;
	if (!first)
		*end++ = ',';
	*end++ = '"';
	for (; *key != '\0'; key++)
		*end++ = *key;
	*end++ = '"';
	*end++ = ':';
	memcpy(end, value, size);
	line->used += marks + key_size + size;
}

void json_line_start(struct json_line *line)
{
	line->text[0] = '{';
	line->used = 1;
}

void json_line_number(struct json_line *line, const char *key, int64_t number)
{
	char digits[DECIMAL_SIZE];
	const char *text = decimal_format(number, digits);

	append_member(line, key, text, strlen(text));
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
