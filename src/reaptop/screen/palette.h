/* How styles look on the screen. */
#ifndef REAP_SCREEN_PALETTE_H
#define REAP_SCREEN_PALETTE_H

#include <curses.h>
#include <stdbool.h>

#include "reaptop/words/line.h"

struct palette {
	attr_t attributes[STYLE_COUNT];
	short pairs[STYLE_COUNT];
};

/* Colours where they are wanted, the terminal has them and NO_COLOR
 * (no-color.org) is not set. No meaning hangs on colour alone: words and marks
 * say the same. Curses must be running. */
void palette_open(struct palette *palette, bool wanted);

#endif
