/* One line of output, built piece by piece: text in the locale's encoding, a
 * style for each piece, never wider than asked for, and free of anything a
 * terminal could take for a command. */
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

/* line_add() with printf(3) formatting; of our own words and numbers only. */
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

/* If something did not fit, puts > into the last column. */
void line_mark_cut(struct line *line);

/* Adds spaces up to that column; none if the line is there already. */
void line_pad(struct line *line, enum style style, size_t column);

#endif
