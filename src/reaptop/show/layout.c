/* Which panels stand side by side, and where. */
#include "reaptop/show/layout.h"

#include "reaptop/show/panel.h"

void layout_make(struct layout *layout, size_t servers, size_t chosen,
		 size_t width)
{
	size_t fitting = (width + 1) / (PANEL_WIDTH_MIN + 1);
	if (fitting < 1)
		fitting = 1;
	if (fitting > LAYOUT_PANELS_MAX)
		fitting = LAYOUT_PANELS_MAX;
	layout->first = chosen / fitting * fitting;
	layout->count = servers - layout->first;
	if (layout->count > fitting)
		layout->count = fitting;
	/* The rules between them take a column each. */
	size_t room = width - (layout->count - 1);
	size_t column = 0;
	for (size_t i = 0; i < layout->count; i++) {
		layout->columns[i] = column;
		layout->widths[i] = room / layout->count +
				    (i < room % layout->count ? 1 : 0);
		column += layout->widths[i] + 1;
	}
}
