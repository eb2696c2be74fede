/* Lines and rules onto curses's virtual screen. */
#include "reaptop/screen/paint.h"

#include <curses.h>

void paint_line(const struct canvas *canvas, size_t row, size_t column,
		const struct line *line)
{
	const struct palette *palette = &canvas->palette;
	size_t begin = 0;
	move((int)row, (int)column);
	for (size_t i = 0; i < line->piece_count; i++) {
		const struct line_piece *piece = &line->pieces[i];
		attr_set(palette->attributes[piece->style],
			 palette->pairs[piece->style], NULL);
		addnstr(line->text + begin, (int)(piece->end - begin));
		begin = piece->end;
	}
	attr_set(A_NORMAL, 0, NULL);
}

void paint_rule(const struct canvas *canvas, size_t row, size_t column,
		size_t width)
{
	mvhline((int)row, (int)column, canvas->ascii ? '-' : 0, (int)width);
}

void paint_divider(const struct canvas *canvas, size_t row, size_t column,
		   size_t height)
{
	mvvline((int)row, (int)column, canvas->ascii ? '|' : 0, (int)height);
}

void paint_cross(const struct canvas *canvas, size_t row, size_t column)
{
	mvaddch((int)row, (int)column, canvas->ascii ? '+' : ACS_PLUS);
}
