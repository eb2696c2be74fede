/* A server as lines of text: the header, and a row for each child. The screen
 * draws these lines, --batch prints them. */
#ifndef REAP_SHOW_PANEL_H
#define REAP_SHOW_PANEL_H

#include <stddef.h>

#include "reaptop/show/line.h"
#include "reaptop/watch/watch.h"

enum {
	PANEL_WIDTH_MIN = 26,   /* three panels and two rules in 80 columns */
	PANEL_HEADER_LINES = 6, /* name ... SIGCHLDs; then a rule, a heading */
};

/* A panel as it is to be drawn. */
struct panel {
	const struct watch *watch;
	const struct server *server;
	size_t width;
	size_t first; /* of the children, how many are scrolled past */
	size_t rows;  /* lines for children and "+N more" */
	bool chosen;  /* marked as the selected one */
};

/* The header's lines 0 to PANEL_HEADER_LINES - 1. */
void panel_header(const struct panel *panel, size_t number, struct line *line);

/* The heading of the children's columns. */
void panel_heading(const struct panel *panel, struct line *line);

/* Row `number` (from 0) below the heading: a child, the youngest first, or in
 * the last row "+N more" if there are more, or nothing. */
void panel_row(const struct panel *panel, size_t number, struct line *line);

/* One child as a row of the panel. */
void panel_child(const struct panel *panel, const struct child *child,
		 struct line *line);

/* The largest `first` that still fills the panel. */
size_t panel_last_first(const struct panel *panel);

#endif
