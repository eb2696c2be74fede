/* A server as lines of text: the header, and a row for each child. The screen
 * draws these lines, --batch prints them. */
#ifndef REAP_WORDS_PANEL_H
#define REAP_WORDS_PANEL_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/watch/connections.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/line.h"
#include "reaptop/words/order.h"
#include "reaptop/words/row.h"

enum {
	PANEL_WIDTH_MIN = 26,   /* three panels and two rules in 80 columns */
	PANEL_HEIGHT_MIN = 12,  /* of each of two below each other */
	PANEL_HEADER_LINES = 6, /* of panel_header() */
};

/* A panel as it is to be drawn. */
struct panel {
	const struct watch *watch;
	const struct server *server;
	const struct order *order; /* NULL: all children, the youngest first */
	const struct order_choice *choice;     /* NULL: not told */
	const struct connections *connections; /* NULL: not known */
	size_t width;
	size_t first; /* of the children, how many are scrolled past */
	size_t rows;  /* lines for children and "+N more" */
	bool chosen;  /* marked as the selected one */
	bool has_cursor;
	size_t cursor; /* its row, from 0 with none scrolled past */
	bool ascii;
	bool steady; /* as in struct row_look */
};

/* The header in full, a fact a line: lines 0 to PANEL_HEADER_LINES - 1, the
 * facts HEADER_NAME to HEADER_SIGCHLDS. */
void panel_header(const struct panel *panel, size_t number, struct line *line);

/* The heading of the children's columns. */
void panel_heading(const struct panel *panel, struct line *line);

/* Row `number` (from 0) below the heading: a child, or in the last row "+N
 * more" if there are more, or nothing. */
void panel_row(const struct panel *panel, size_t number, struct line *line);

/* How many rows there are in all, and how many of them are shown from `first`
 * on. */
size_t panel_count(const struct panel *panel);
size_t panel_shown(const struct panel *panel);

/* The column of the heading at this place; SORT_COUNT: none with an order. */
enum sort_key panel_column_at(const struct panel *panel, size_t place);

#endif
