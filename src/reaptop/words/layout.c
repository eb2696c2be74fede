/* The places of the panels beside and below each other. */
#include "reaptop/words/layout.h"

#include <stdint.h>

#include "reaptop/words/panel.h"

static size_t at_least_one(size_t number)
{
	return number < 1 ? 1 : number;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Divides `room` into `count` parts; part number i begins behind the others
 * and `gap` between each, and has the size returned. */
static size_t share(size_t room, size_t count, size_t gap, size_t i,
		    size_t *begin)
{
	*begin = 0;
	if (count == 0)
		return room;
	size_t net = room - (count - 1) * gap;
	/* The analyzer loses sight of the return above. */
	/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
	size_t wider = smaller(i, net % count);
	*begin = i * (net / count + gap) + wider;
	return net / count + (i < net % count ? 1 : 0);
}

void layout_make(struct layout *layout, size_t servers, size_t chosen,
		 size_t width, size_t height)
{
	size_t across = at_least_one((width + 1) / (PANEL_WIDTH_MIN + 1));
	size_t down = at_least_one(height / PANEL_HEIGHT_MIN);
	across = smaller(across, LAYOUT_PANELS_MAX);
	down = smaller(down, LAYOUT_PANELS_MAX / across);
	size_t page = across * down;
	layout->first = chosen / page * page;
	layout->count = smaller(servers - layout->first, page);
	/* No more rows than needed, and those as even as can be. */
	down = at_least_one((layout->count + across - 1) / across);
	across = at_least_one((layout->count + down - 1) / down);
	layout->across = across;
	for (size_t i = 0; i < layout->count; i++) {
		size_t row = i / across;
		size_t in_row = smaller(across, layout->count - row * across);
		layout->widths[i] = share(width, in_row, 1, i % across,
					  &layout->columns[i]);
		layout->heights[i] =
			share(height, down, 0, row, &layout->tops[i]);
	}
}

size_t layout_find(const struct layout *layout, size_t column, size_t line)
{
	for (size_t i = 0; i < layout->count; i++)
		if (column - layout->columns[i] < layout->widths[i] &&
		    line - layout->tops[i] < layout->heights[i])
			return i;
	return SIZE_MAX;
}
