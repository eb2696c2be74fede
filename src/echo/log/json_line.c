/* Builds one line of JSON: see json_line.h. The parts are short, so appending byte by byte
 * is faster than strlen(3) and memcpy(3). */
#include "echo/log/json_line.h"

#include <stdbool.h>

/* Kept free for the closing "}\n". */
enum { TAIL_SIZE = 2, ROOM = JSON_LINE_SIZE - TAIL_SIZE };

/* Counts a byte that has no room, but does not write it. */
static void append(struct json_line *line, char byte)
{
	if (line->used < ROOM)
		line->text[line->used] = byte;
	line->used++;
}

static void append_text(struct json_line *line, const char *text)
{
	for (; *text != '\0'; text++)
		append(line, *text);
}

/* Appends "key":. Returns the member's start, for end_member(). */
static size_t begin_member(struct json_line *line, const char *key)
{
	size_t start = line->used;

	if (start > 1)
		append(line, ',');
	append(line, '"');
	append_text(line, key);
	append(line, '"');
	append(line, ':');
	return start;
}

/* Removes the member if it does not fit. */
static void end_member(struct json_line *line, size_t start)
{
	if (line->used > ROOM)
		line->used = start;
}

void json_line_start(struct json_line *line)
{
	line->text[0] = '{';
	line->used = 1;
}

void json_line_number(struct json_line *line, const char *key, int64_t number)
{
	size_t start = begin_member(line, key);
	char digits[DECIMAL_SIZE];

	append_text(line, decimal_format(number, digits));
	end_member(line, start);
}

void json_line_text(struct json_line *line, const char *key, const char *text)
{
	size_t start = begin_member(line, key);

	append(line, '"');
	for (; *text != '\0' && line->used < ROOM - 1; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';

		if (plain)
			append(line, *text);
		else
			append(line, '?');
	}
	append(line, '"');
	end_member(line, start);
}

void json_line_null(struct json_line *line, const char *key)
{
	size_t start = begin_member(line, key);

	append_text(line, "null");
	end_member(line, start);
}

void json_line_end(struct json_line *line)
{
	/* TAIL_SIZE was kept free for these. */
	line->text[line->used++] = '}';
	line->text[line->used++] = '\n';
}
