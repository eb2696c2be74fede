/* Lines kept until they are drawn, with little memory: they are made once a
 * sample and drawn at every key. */
#ifndef REAP_VIEWS_ROWS_H
#define REAP_VIEWS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/words/line.h"

struct rows_piece {
	uint32_t text; /* place of its first byte; it ends in NUL */
	uint16_t row;
	uint8_t style;
	bool foreign; /* see line_add_foreign() */
};

enum { ROWS_MAX = UINT16_MAX };

/* Zero before first use, free with rows_free(). When memory ran out, or there
 * are ROWS_MAX, additions are dropped and `failed` is set. */
struct rows {
	struct rows_piece *pieces; /* by row */
	size_t piece_count;
	size_t piece_capacity;
	char *text;
	size_t size;
	size_t capacity;
	size_t count;
	bool failed;
};

void rows_free(struct rows *rows);
void rows_clear(struct rows *rows);

/* Begins a row, to which the next calls add. */
void rows_begin(struct rows *rows);
void rows_add(struct rows *rows, enum style style, const char *text);
__attribute__((format(printf, 3, 4))) void
rows_format(struct rows *rows, enum style style, const char *format, ...);
void rows_add_foreign(struct rows *rows, enum style style, const char *text);

/* Begins a row with a label in the first column; "" for none. */
void rows_label(struct rows *rows, const char *label);

/* Where the text behind a label begins. */
enum { ROWS_LABEL_WIDTH = 14 };

/* Adds a row to a line that has been started. */
void rows_draw(const struct rows *rows, size_t number, struct line *line);

#endif
