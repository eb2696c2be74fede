/* How styles look on the screen. */
#include "reaptop/show/palette.h"

#include <stdlib.h>

struct look {
	attr_t in_colour;
	attr_t in_mono;
	short text; /* with `ground` -1 for both: the terminal's own */
	short ground;
};

static const struct look looks[STYLE_COUNT] = {
	[STYLE_PLAIN] = {A_NORMAL, A_NORMAL, -1, -1},
	[STYLE_FAINT] = {A_NORMAL, A_NORMAL, -1, -1},
	[STYLE_NAME] = {A_BOLD, A_BOLD, -1, -1},
	[STYLE_CHOSEN] = {A_BOLD | A_REVERSE, A_BOLD | A_REVERSE, -1, -1},
	[STYLE_HEADING] = {A_NORMAL, A_REVERSE, COLOR_BLACK, COLOR_GREEN},
	[STYLE_ZOMBIE] = {A_BOLD, A_BOLD, COLOR_RED, -1},
	[STYLE_ALARM] = {A_BOLD, A_BOLD | A_REVERSE, COLOR_WHITE, COLOR_RED},
	[STYLE_FROZEN] = {A_BOLD, A_REVERSE, COLOR_WHITE, COLOR_BLUE},
	[STYLE_ENDED] = {A_BOLD, A_REVERSE, COLOR_BLACK, COLOR_YELLOW},
	[STYLE_MESSAGE] = {A_BOLD, A_BOLD, -1, -1},
	[STYLE_KEY] = {A_BOLD, A_BOLD, -1, -1},
	[STYLE_KEY_TEXT] = {A_NORMAL, A_REVERSE, COLOR_BLACK, COLOR_CYAN},
};

static bool may_colour(void)
{
	const char *refused = getenv("NO_COLOR");
	return (refused == NULL || refused[0] == '\0') && has_colors() &&
	       start_color() == OK && COLORS >= 8 && COLOR_PAIRS > STYLE_COUNT;
}

void palette_open(struct palette *palette)
{
	bool colour = may_colour();
	bool own = colour && use_default_colors() == OK;
	for (int style = 0; style < STYLE_COUNT; style++) {
		const struct look *look = &looks[style];
		palette->attributes[style] =
			colour ? look->in_colour : look->in_mono;
		palette->pairs[style] = 0;
		if (!colour || (look->text < 0 && look->ground < 0))
			continue;
		/* Without default colours a dark ground is assumed. */
		short ground = look->ground;
		if (ground < 0 && !own)
			ground = COLOR_BLACK;
		palette->pairs[style] = (short)(style + 1);
		init_pair(palette->pairs[style], look->text, ground);
	}
}
