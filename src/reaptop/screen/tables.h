/* The panels of all servers that fit, with their tables, on the screen. */
#ifndef REAP_SCREEN_TABLES_H
#define REAP_SCREEN_TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/screen/browse.h"
#include "reaptop/screen/paint.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/layout.h"

/* A part of the screen, as wide as it. */
struct area {
	size_t top;
	size_t height;
	size_t width;
	bool roomy; /* room for rules */
};

/* Where everything was drawn, to know what is clicked on. */
struct tables_map {
	struct layout layout;
	size_t top;
	/* Of each panel: the line of its heading; its rows follow. */
	size_t headings[LAYOUT_PANELS_MAX];
};

void tables_draw(const struct canvas *canvas, struct browse *browse,
		 const struct watch *watch, const struct area *area,
		 struct tables_map *map);

/* The header of the selected server, the rule below it and the rows of the view
 * that is open, in place of the tables. */
void tables_draw_view(const struct canvas *canvas, struct browse *browse,
		      const struct watch *watch, const struct area *area);

/* Acts on a click: selects the server and the child there, or sorts by the
 * column whose heading it is. */
void tables_click(struct browse *browse, const struct watch *watch,
		  const struct tables_map *map, size_t column, size_t row);

#endif
