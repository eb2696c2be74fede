/* Lines of output: one that is built piece by piece, and rows that are kept
 * until they are drawn. */
#include "reaptop/words/line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "reaptop/array.h"

void line_start(struct line *line, size_t width)
{
	line->text[0] = '\0';
	line->size = 0;
	line->columns = 0;
	line->width = width < LINE_BYTES ? width : LINE_BYTES - 1;
	line->cut = false;
	line->piece_count = 0;
}

/* Appends whole characters, or nothing at all if they do not fit. */
static void append(struct line *line, enum style style, const char *bytes,
		   size_t size, size_t columns)
{
	if (line->columns + columns > line->width ||
	    line->size + size >= LINE_BYTES) {
		line->cut = true;
		return;
	}
	memcpy(line->text + line->size, bytes, size);
	line->size += size;
	line->text[line->size] = '\0';
	line->columns += columns;
	struct line_piece *last =
		line->piece_count == 0 ? NULL
				       : &line->pieces[line->piece_count - 1];
	if (last != NULL &&
	    (last->style == style || line->piece_count == LINE_PIECES))
		last->end = line->size;
	else
		line->pieces[line->piece_count++] =
			(struct line_piece){.style = style, .end = line->size};
}

void line_add(struct line *line, enum style style, const char *text)
{
	size_t room = line->width - line->columns;
	size_t size = strnlen(text, room);
	append(line, style, text, size, size);
	line->cut |= text[size] != '\0';
}

void line_format(struct line *line, enum style style, const char *format, ...)
{
	char text[256];
	va_list values;
	va_start(values, format);
	/* The analyzer of LLVM 14 is wrong here, but only when it is given
	 * several files. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	line_add(line, style, text);
}

static void add_escaped(struct line *line, enum style style, char byte)
{
	char text[8];
	if (byte == '\n')
		strcpy(text, "\\n");
	else if (byte == '\t')
		strcpy(text, "\\t");
	else if (byte == '\\')
		strcpy(text, "\\\\");
	else
		snprintf(text, sizeof(text), "\\x%02x", (unsigned char)byte);
	append(line, style, text, strlen(text), strlen(text));
}

/* Characters that take room and show nothing, or a space only (Unicode's Zs,
 * soft hyphen, fillers): with them two names would look alike. */
static bool looks_empty(wchar_t character)
{
	static const wchar_t empty[] = {0xa0,   0xad,   0x115f, 0x1160,
					0x1680, 0x202f, 0x205f, 0x2800,
					0x3000, 0x3164, 0xffa0, 0};
	return (character >= 0x2000 && character <= 0x200f) ||
	       wcschr(empty, character) != NULL;
}

/* Returns the length of the printable character at the start of the text, and
 * stores its width. Returns 0 if there is none. */
static size_t printable(const char *text, size_t *columns)
{
	wchar_t character;
	mbstate_t state;
	memset(&state, 0, sizeof(state));
	size_t left = strlen(text);
	size_t size = mbrtowc(&character, text, left, &state);
	int width = size == 0 || size > left ? -1 : wcwidth(character);
	if (width < 1 || looks_empty(character))
		return 0;
	*columns = (size_t)width;
	return size;
}

void line_add_foreign(struct line *line, enum style style, const char *text)
{
	while (*text != '\0') {
		size_t columns, before = line->columns;
		size_t size = printable(text, &columns);
		if (size > 0 && *text != '\\')
			append(line, style, text, size, columns);
		else
			add_escaped(line, style, *text);
		if (line->columns == before)
			return; /* the next one does not fit: end here */
		text += size > 0 ? size : 1;
	}
}

void line_restyle(struct line *line, enum style style)
{
	if (line->size == 0)
		return;
	line->pieces[0] =
		(struct line_piece){.style = style, .end = line->size};
	line->piece_count = 1;
}

void line_add_line(struct line *line, const struct line *other)
{
	size_t piece = 0, size;
	for (size_t at = 0; at < other->size; at += size) {
		size_t columns;
		size = printable(other->text + at, &columns);
		if (size == 0)
			return; /* the locale changed: cannot happen */
		while (other->pieces[piece].end <= at)
			piece++;
		append(line, other->pieces[piece].style, other->text + at, size,
		       columns);
	}
}

void line_mark_cut(struct line *line)
{
	size_t width = line->width;
	if (!line->cut || width == 0)
		return;
	const struct line whole = *line;
	line_start(line, width - 1);
	line_add_line(line, &whole);
	line_pad(line, STYLE_PLAIN, width - 1);
	line->width = width;
	line_add(line, STYLE_FAINT, ">");
}

void line_pad(struct line *line, enum style style, size_t column)
{
	while (line->columns < column && line->columns < line->width) {
		size_t before = line->columns;
		append(line, style, " ", 1, 1);
		if (line->columns == before)
			return;
	}
}

void rows_free(void *state)
{
	struct rows *rows = state;
	free(rows->pieces);
	free(rows->text);
	*rows = (struct rows){0};
}

void rows_clear(struct rows *rows)
{
	rows->piece_count = 0;
	rows->size = 0;
	rows->count = 0;
	rows->failed = false;
}

void rows_begin(struct rows *rows)
{
	if (rows->count == ROWS_MAX)
		rows->failed = true;
	else
		rows->count++;
}

/* Makes room for one more piece and so many bytes. */
static bool reserve(struct rows *rows, size_t size)
{
	return ARRAY_RESERVE(rows->pieces, rows->piece_capacity,
			     rows->piece_count + 1) == 0 &&
	       ARRAY_RESERVE(rows->text, rows->capacity, rows->size + size) ==
		       0;
}

static void add(struct rows *rows, enum style style, const char *text,
		bool foreign)
{
	size_t size = strlen(text) + 1;
	rows->failed = rows->failed || rows->count == 0 || !reserve(rows, size);
	if (rows->failed)
		return;
	rows->pieces[rows->piece_count++] = (struct rows_piece){
		.text = (uint32_t)rows->size,
		.row = (uint16_t)(rows->count - 1),
		.style = (uint8_t)style,
		.foreign = foreign,
	};
	memcpy(rows->text + rows->size, text, size);
	rows->size += size;
}

void rows_add(struct rows *rows, enum style style, const char *text)
{
	add(rows, style, text, false);
}

void rows_format(struct rows *rows, enum style style, const char *format, ...)
{
	char text[256];
	va_list values;
	va_start(values, format);
	/* As above. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	add(rows, style, text, false);
}

void rows_add_foreign(struct rows *rows, enum style style, const char *text)
{
	add(rows, style, text, true);
}

void rows_label(struct rows *rows, const char *label)
{
	rows_begin(rows);
	rows_format(rows, STYLE_FAINT, "%-*s", ROWS_LABEL_WIDTH, label);
}

static int by_row(const void *one, const void *other)
{
	const struct rows_piece *a = one, *b = other;
	return (a->row > b->row) - (a->row < b->row);
}

int rows_result(const struct rows *rows)
{
	errno = ENOMEM;
	return rows->failed ? -1 : 0;
}

size_t rows_count(const void *rows)
{
	return ((const struct rows *)rows)->count;
}

void rows_draw(const void *state, size_t number, struct line *line)
{
	const struct rows *rows = state;
	const struct rows_piece key = {.row = (uint16_t)number};
	for (size_t i =
		     ARRAY_PLACE(rows->pieces, rows->piece_count, &key, by_row);
	     i < rows->piece_count && rows->pieces[i].row == number; i++) {
		const struct rows_piece *piece = &rows->pieces[i];
		const char *text = rows->text + piece->text;
		if (piece->foreign)
			line_add_foreign(line, piece->style, text);
		else
			line_add(line, piece->style, text);
	}
}
