/* Lines, rules and colours on curses's virtual screen. */
#ifndef REAP_SCREEN_PAINT_H
#define REAP_SCREEN_PAINT_H

#include <curses.h>
#include <stdbool.h>
#include <stddef.h>

#include "reaptop/words/line.h"

/* How styles look on the screen. */
struct palette {
	attr_t attributes[STYLE_COUNT];
	short pairs[STYLE_COUNT];
};

/* Sets up colours where they are wanted, the terminal has them and NO_COLOR
 * (no-color.org) is not set. Words and marks say the same as the colours.
 * Curses must be running. */
void palette_open(struct palette *palette, bool wanted);

/* What is painted with. */
struct canvas {
	struct palette palette;
	bool ascii; /* rules of - and | */
};

void paint_line(const struct canvas *canvas, size_t row, size_t column,
		const struct line *line);

/* Draw a rule across, a rule down, and a cross where they meet. */
void paint_rule(const struct canvas *canvas, size_t row, size_t column,
		size_t width);
void paint_divider(const struct canvas *canvas, size_t row, size_t column,
		   size_t height);
void paint_cross(const struct canvas *canvas, size_t row, size_t column);

#endif
