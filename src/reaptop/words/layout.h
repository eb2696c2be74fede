/* The places of the panels beside and below each other. */
#ifndef REAP_WORDS_LAYOUT_H
#define REAP_WORDS_LAYOUT_H

#include <stddef.h>

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
