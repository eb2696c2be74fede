/* Which panels stand side by side, and where. */
#ifndef REAP_SHOW_LAYOUT_H
#define REAP_SHOW_LAYOUT_H

#include <stddef.h>

enum { LAYOUT_PANELS_MAX = 40 };

struct layout {
	size_t first;                      /* the first server shown */
	size_t count;                      /* how many from there */
	size_t columns[LAYOUT_PANELS_MAX]; /* where each panel begins */
	size_t widths[LAYOUT_PANELS_MAX];
};

/* Lays out as many panels as fit into `width` columns, which must hold at
 * least one (PANEL_WIDTH_MIN), a column apart, in pages: the page that holds
 * server number `chosen` of `servers`. A short last page has wider panels. */
void layout_make(struct layout *layout, size_t servers, size_t chosen,
		 size_t width);

#endif
