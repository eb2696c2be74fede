/* A server as lines of text: what header.c and row.c word, put together. */
#include "reaptop/words/panel.h"

#include "reaptop/words/header.h"

static struct row_look look_of(const struct panel *panel)
{
	return (struct row_look){
		.watch = panel->watch,
		.server = panel->server,
		.connections = panel->connections,
		.width = panel->width,
		.sorted_by =
			panel->choice == NULL ? SORT_COUNT : panel->choice->key,
		.reversed = panel->choice != NULL && panel->choice->reversed,
		.steady = panel->steady,
	};
}

void panel_header(const struct panel *panel, size_t number, struct line *line)
{
	const struct header_look look = {
		.watch = panel->watch,
		.server = panel->server,
		.connections = panel->connections,
		.chosen = panel->chosen,
		.ascii = panel->ascii,
	};
	line_start(line, panel->width);
	header_add(&look, (enum header_fact)number, panel->width, line);
}

void panel_heading(const struct panel *panel, struct line *line)
{
	const struct row_look look = look_of(panel);
	row_heading(&look, line);
}

enum sort_key panel_column_at(const struct panel *panel, size_t place)
{
	const struct row_look look = look_of(panel);
	return row_column_at(&look, place);
}

size_t panel_count(const struct panel *panel)
{
	return panel->order != NULL ? panel->order->count
				    : panel->server->children.now.count;
}

size_t panel_shown(const struct panel *panel)
{
	size_t count = panel_count(panel);
	size_t left = count > panel->first ? count - panel->first : 0;
	if (left <= panel->rows)
		return left;
	return panel->rows > 0 ? panel->rows - 1 : 0;
}

static const struct child *child_at(const struct panel *panel, size_t place)
{
	const struct child_set *children = &panel->server->children.now;
	if (panel->order != NULL)
		return panel->order->rows[place];
	/* The kernel lists the oldest first. */
	return &children->items[children->count - 1 - place];
}

void panel_row(const struct panel *panel, size_t number, struct line *line)
{
	size_t count = panel_count(panel);
	size_t place = panel->first + number;
	line_start(line, panel->width);
	if (place >= count || number >= panel->rows)
		return;
	if (number >= panel_shown(panel)) {
		line_format(line, STYLE_FAINT, "+%zu more", count - place);
		return;
	}
	const struct row_look look = look_of(panel);
	row_child(&look, child_at(panel, place), line);
	if (panel->has_cursor && place == panel->cursor) {
		line_pad(line, STYLE_CURSOR, panel->width);
		line_restyle(line, STYLE_CURSOR);
	}
}
