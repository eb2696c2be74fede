/* The panels of all servers that fit, with their tables, on the screen. */
#ifndef REAP_SCREEN_TABLES_H
#define REAP_SCREEN_TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/screen/browse.h"
#include "reaptop/screen/paint.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/panel.h"

/* A part of the screen, as wide as it. */
struct area {
	size_t top;
	size_t height;
	size_t width;
	bool roomy; /* room for rules */
};

/* The places where everything was drawn, for clicks. */
struct tables_map {
	struct layout layout;
	size_t top;
	/* The line of each panel's heading; its rows follow. */
	size_t headings[LAYOUT_PANELS_MAX];
};

void tables_draw(const struct canvas *canvas, struct browse *browse,
		 const struct watch *watch, const struct area *area,
		 struct tables_map *map);

/* Draws the header of the selected server, a rule and the rows of the open
 * view, in place of the tables. */
void tables_draw_view(const struct canvas *canvas, struct browse *browse,
		      const struct watch *watch, const struct area *area);

/* Acts on a click: selects the server and the child there, or sorts by the
 * column whose heading it is. */
void tables_click(struct browse *browse, const struct watch *watch,
		  const struct tables_map *map, size_t column, size_t row);

#endif
