/* One line of output, built piece by piece: text in the locale's encoding, a
 * style for each piece, never wider than asked for, and free of anything a
 * terminal could take for a command. And rows of such pieces, kept until they
 * are drawn. */
#ifndef REAP_WORDS_LINE_H
#define REAP_WORDS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The meaning of a piece. The screen gives each its look; --batch ignores
 * it. */
enum style {
	STYLE_PLAIN,
	STYLE_FAINT,   /* labels, rules */
	STYLE_NAME,    /* of a server */
	STYLE_CHOSEN,  /* the name of the selected server */
	STYLE_HEADING, /* of the table's columns */
	STYLE_ZOMBIE,  /* anything about a zombie */
	STYLE_ALARM,   /* the state of a zombie: must be seen from afar */
	STYLE_BUSY,    /* a child that takes much CPU */
	STYLE_NEW,     /* a child that has just come */
	STYLE_DIED,    /* ... that has just become a zombie */
	STYLE_GONE,    /* ... that is there no more */
	STYLE_CURSOR,  /* the selected row */
	STYLE_SORTED,  /* the heading of the column sorted by */
	STYLE_FROZEN,  /* a stopped process */
	STYLE_ENDED,
	STYLE_MESSAGE,
	STYLE_KEY, /* in the bottom line: a key, and what it does */
	STYLE_KEY_TEXT,
	STYLE_COUNT,
};

enum {
	LINE_BYTES = 1024,
	LINE_PIECES = 64, /* all keys in the bottom line have 57 */
};

struct line_piece {
	enum style style;
	size_t end; /* the byte behind the piece */
};

struct line {
	char text[LINE_BYTES]; /* NUL-terminated */
	size_t size;
	size_t columns; /* taken so far */
	size_t width;   /* never to be exceeded */
	bool cut;       /* something did not fit */
	struct line_piece pieces[LINE_PIECES];
	size_t piece_count;
};

/* Starts an empty line of at most that many columns. */
void line_start(struct line *line, size_t width);

/* Adds text of our own, in ASCII; what does not fit is cut. */
void line_add(struct line *line, enum style style, const char *text);

/* Adds as line_add(), with printf(3) formatting; for our own words and numbers
 * only. */
__attribute__((format(printf, 3, 4))) void
line_format(struct line *line, enum style style, const char *format, ...);

/* Adds text that others chose, such as a process's name. What the locale can
 * print stays; every other byte reads \n, \t or \xHH, and a character that is
 * not one column or two (a control, a combining or bidirectional mark) its
 * bytes in that form. A backslash is doubled, so no two names look alike. */
void line_add_foreign(struct line *line, enum style style, const char *text);

/* Gives all of the line so far one style. */
void line_restyle(struct line *line, enum style style);

/* Adds all of another line, in its styles. */
void line_add_line(struct line *line, const struct line *other);

/* Puts > into the last column if something did not fit. */
void line_mark_cut(struct line *line);

/* Adds spaces up to that column; none if the line is there already. */
void line_pad(struct line *line, enum style style, size_t column);

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

/* Frees a struct rows. */
void rows_free(void *rows);
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

/* Returns 0, or -1 with errno if additions were dropped. */
int rows_result(const struct rows *rows);

/* Return how many rows there are, and add row `number` to a line. `rows` is a
 * struct rows: these serve a view (screen/view.h) whose state begins with
 * one. */
size_t rows_count(const void *rows);
void rows_draw(const void *rows, size_t number, struct line *line);

#endif
