/* Lines, rules and colours on curses's virtual screen. */
#include "reaptop/screen/paint.h"

#include <curses.h>
#include <stdlib.h>

struct look {
	attr_t in_colour;
	attr_t in_mono;
	short text; /* with `ground` -1 for both: the terminal's own */
	short ground;
};

/* Text to be read keeps the terminal's own colours, light or dark. Text to be
 * noticed gets a ground of its own. The grounds differ in brightness (white on
 * red and blue, black on cyan and yellow), as projectors show that, and readers
 * see it who cannot tell red from green. */
static const struct look looks[STYLE_COUNT] = {
	[STYLE_PLAIN] = {A_NORMAL, A_NORMAL, -1, -1},
	[STYLE_FAINT] = {A_NORMAL, A_NORMAL, -1, -1},
	[STYLE_NAME] = {A_BOLD, A_BOLD, -1, -1},
	[STYLE_CHOSEN] = {A_BOLD | A_REVERSE, A_BOLD | A_REVERSE, -1, -1},
	[STYLE_HEADING] = {A_NORMAL, A_REVERSE, COLOR_BLACK, COLOR_CYAN},
	[STYLE_SORTED] = {A_BOLD, A_REVERSE | A_BOLD, COLOR_WHITE, COLOR_BLUE},
	[STYLE_ZOMBIE] = {A_BOLD, A_BOLD, -1, -1},
	[STYLE_ALARM] = {A_BOLD, A_BOLD | A_REVERSE, COLOR_WHITE, COLOR_RED},
	[STYLE_BUSY] = {A_NORMAL, A_REVERSE, COLOR_BLACK, COLOR_YELLOW},
	[STYLE_NEW] = {A_NORMAL, A_UNDERLINE, COLOR_BLACK, COLOR_CYAN},
	[STYLE_DIED] = {A_BOLD, A_BOLD | A_REVERSE, COLOR_WHITE, COLOR_MAGENTA},
	[STYLE_GONE] = {A_NORMAL, A_UNDERLINE, COLOR_BLACK, COLOR_WHITE},
	[STYLE_CURSOR] = {A_BOLD | A_REVERSE, A_BOLD | A_REVERSE, -1, -1},
	[STYLE_FROZEN] = {A_BOLD, A_REVERSE, COLOR_WHITE, COLOR_BLUE},
	[STYLE_ENDED] = {A_NORMAL, A_REVERSE, COLOR_BLACK, COLOR_YELLOW},
	[STYLE_MESSAGE] = {A_BOLD, A_BOLD, -1, -1},
	[STYLE_KEY] = {A_BOLD, A_BOLD, -1, -1},
	[STYLE_KEY_TEXT] = {A_NORMAL, A_REVERSE, COLOR_BLACK, COLOR_CYAN},
};

static bool may_colour(bool wanted)
{
	const char *refused = getenv("NO_COLOR");
	return wanted && (refused == NULL || refused[0] == '\0') &&
	       has_colors() && start_color() == OK && COLORS >= 8 &&
	       COLOR_PAIRS > STYLE_COUNT;
}

void palette_open(struct palette *palette, bool wanted)
{
	bool colour = may_colour(wanted);
	bool own = colour && use_default_colors() == OK;
	for (int style = 0; style < STYLE_COUNT; style++) {
		const struct look *look = &looks[style];
		palette->attributes[style] =
			colour ? look->in_colour : look->in_mono;
		palette->pairs[style] = 0;
		if (!colour || (look->text < 0 && look->ground < 0))
			continue;
		/* Without default colours, assume a dark ground. */
		short ground = look->ground;
		if (ground < 0 && !own)
			ground = COLOR_BLACK;
		palette->pairs[style] = (short)(style + 1);
		init_pair(palette->pairs[style], look->text, ground);
	}
}

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
