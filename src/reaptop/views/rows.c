/* Lines kept until they are drawn: pieces of text, each with its row. */
#include "reaptop/views/rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/array.h"

void rows_free(struct rows *rows)
{
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
	/* As in line.c. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
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

/* Returns the first piece of that row, or of the next that has any. */
static size_t first_piece(const struct rows *rows, size_t number)
{
	size_t low = 0, high = rows->piece_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (rows->pieces[middle].row < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void rows_draw(const struct rows *rows, size_t number, struct line *line)
{
	for (size_t i = first_piece(rows, number);
	     i < rows->piece_count && rows->pieces[i].row == number; i++) {
		const struct rows_piece *piece = &rows->pieces[i];
		const char *text = rows->text + piece->text;
		if (piece->foreign)
			line_add_foreign(line, piece->style, text);
		else
			line_add(line, piece->style, text);
	}
}
