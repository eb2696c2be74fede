/* Lines and rules onto curses's virtual screen. */
#ifndef REAP_SCREEN_PAINT_H
#define REAP_SCREEN_PAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/screen/palette.h"
#include "reaptop/words/line.h"

/* What is painted with. */
struct canvas {
	struct palette palette;
	bool ascii; /* rules of - and | */
};

void paint_line(const struct canvas *canvas, size_t row, size_t column,
		const struct line *line);

/* A rule across, or one down; where they meet, a cross. */
void paint_rule(const struct canvas *canvas, size_t row, size_t column,
		size_t width);
void paint_divider(const struct canvas *canvas, size_t row, size_t column,
		   size_t height);
void paint_cross(const struct canvas *canvas, size_t row, size_t column);

#endif
