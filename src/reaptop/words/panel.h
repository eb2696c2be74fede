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

enum {
	PANEL_WIDTH_MIN = 26,   /* three panels and two rules in 80 columns */
	PANEL_HEIGHT_MIN = 12,  /* of each of two below each other */
	PANEL_HEADER_LINES = 6, /* of panel_header() */
	/* From this width on, rows show the peers of live children. */
	PANEL_WIDTH_WITH_PEER = 60,
};

/* A panel to be drawn. */
struct panel {
	const struct watch *watch;
	const struct server *server;
	const struct order *order; /* NULL: all children, the youngest first */
	const struct order_choice *choice;     /* NULL: no column is marked */
	const struct connections *connections; /* NULL: not known */
	size_t width;
	size_t first; /* of the children, how many are scrolled past */
	size_t rows;  /* lines for children and "+N more" */
	bool chosen;  /* marked as the selected one */
	bool has_cursor;
	size_t cursor; /* its row, from 0 with none scrolled past */
	bool ascii;
	bool steady; /* no news is marked: the text stays */
};

/* Makes a line of the full header, one fact each: lines 0 to
 * PANEL_HEADER_LINES - 1 are the facts HEADER_NAME to HEADER_SIGCHLDS. */
void panel_header(const struct panel *panel, size_t number, struct line *line);

/* Makes the heading of the children's columns. */
void panel_heading(const struct panel *panel, struct line *line);

/* Makes row `number` (from 0) below the heading: a child, or in the last row
 * "+N more" if there are more, or nothing. */
void panel_row(const struct panel *panel, size_t number, struct line *line);

/* Return how many rows there are in all, and how many of them are shown from
 * `first` on. */
size_t panel_count(const struct panel *panel);
size_t panel_shown(const struct panel *panel);

/* Returns the column of the heading at this place, or SORT_COUNT. */
enum sort_key panel_column_at(const struct panel *panel, size_t place);

#endif
