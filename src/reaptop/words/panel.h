/* A server as lines of text: the header, and a row for each child. The screen
 * draws these lines, --batch prints them. */
#ifndef REAP_WORDS_PANEL_H
#define REAP_WORDS_PANEL_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/words/header.h"
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
	struct header_look look;   /* the server, and how its header looks */
	const struct order *order; /* NULL: all children, the youngest first */
	const struct order_choice *choice; /* NULL: no column is marked */
	size_t width;
	size_t first; /* of the children, how many are scrolled past */
	size_t rows;  /* lines for children and "+N more" */
	bool has_cursor;
	size_t cursor; /* its row, from 0 with none scrolled past */
	bool steady;   /* no news is marked: the text stays */
};

/* Makes a line of the full header, one fact each: lines 0 to
 * PANEL_HEADER_LINES - 1 are the facts HEADER_NAME to HEADER_SIGCHLDS. */
void panel_header(const struct panel *panel, size_t number, struct line *line);

/* Makes the heading of the children's columns. */
void panel_heading(const struct panel *panel, struct line *line);

/* Makes row `number` (from 0) below the heading: a child, or in the last row
 * "+N more" if there are more, or nothing. */
void panel_row(const struct panel *panel, size_t number, struct line *line);

/* Returns the column of the heading at this place, or SORT_COUNT. */
enum sort_key panel_column_at(const struct panel *panel, size_t place);

enum { LAYOUT_PANELS_MAX = 64 };

struct layout {
	size_t first;                      /* the first server shown */
	size_t count;                      /* how many from there */
	size_t across;                     /* how many in a full row of them */
	size_t columns[LAYOUT_PANELS_MAX]; /* where each panel begins */
	size_t widths[LAYOUT_PANELS_MAX];
	size_t tops[LAYOUT_PANELS_MAX]; /* lines, from the top of the area */
	size_t heights[LAYOUT_PANELS_MAX];
};

/* Lays out panels a column apart, as many beside each other as fit into `width`
 * columns, which must hold at least one (PANEL_WIDTH_MIN), and rows of them
 * below each other while all of those have PANEL_HEIGHT_MIN lines of `height`;
 * a single row may have fewer. If not all `servers` (at least one) fit, in
 * pages: the page that holds number `chosen`. */
void layout_make(struct layout *layout, size_t servers, size_t chosen,
		 size_t width, size_t height);

/* Returns the number, within the layout, of the panel at this place, or
 * SIZE_MAX. */
size_t layout_find(const struct layout *layout, size_t column, size_t line);

#endif
