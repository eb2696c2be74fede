/* The panels of all servers that fit, with their tables, on the screen. */
#include "reaptop/screen/tables.h"

enum { CHILDREN_MIN = 4 /* lines for them before lines for facts */ };

/* How a panel's lines are divided. */
struct division {
	size_t above;  /* a rule, if there is a panel above */
	size_t header; /* lines, and how many it might have had */
	size_t most;
	size_t rule;
	size_t rows;
};

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static struct division divide(size_t width, size_t height, bool below,
			      bool roomy)
{
	struct division division = {
		.above = below && height > PANEL_HEIGHT_MIN ? 1 : 0,
		.rule = roomy ? 1 : 0,
	};
	/* A line goes to the heading of the columns. */
	size_t room = height - division.above - division.rule - 1;
	size_t children = larger(CHILDREN_MIN, height * 2 / 5);
	division.most = room > children ? room - children : 1;
	division.header = header_lines(width, division.most);
	division.rows = room - division.header;
	return division;
}

static void draw_header(const struct canvas *canvas,
			const struct header_look *look, size_t width,
			size_t most, size_t row, size_t column)
{
	struct line line;
	for (size_t i = 0; i < header_lines(width, most); i++) {
		header_line(look, width, most, i, &line);
		paint_line(canvas, row + i, column, &line);
	}
}

/* Draws a panel. Returns the line of its heading. */
static size_t draw_panel(const struct canvas *canvas, const struct panel *panel,
			 size_t row, size_t column,
			 const struct division *division)
{
	struct line line;
	if (division->above > 0)
		paint_rule(canvas, row, column, panel->width);
	row += division->above;
	draw_header(canvas, &panel->look, panel->width, division->most, row,
		    column);
	row += division->header;
	if (division->rule > 0)
		paint_rule(canvas, row, column, panel->width);
	row += division->rule;
	panel_heading(panel, &line);
	paint_line(canvas, row, column, &line);
	for (size_t i = 0; i < panel->rows; i++) {
		panel_row(panel, i, &line);
		paint_line(canvas, row + 1 + i, column, &line);
	}
	return row;
}

static void draw_divider(const struct canvas *canvas, size_t row, size_t column,
			 size_t height, const struct division *division)
{
	paint_divider(canvas, row, column, height);
	if (division->above > 0)
		paint_cross(canvas, row, column);
	if (division->rule > 0)
		paint_cross(canvas, row + division->above + division->header,
			    column);
}

static void draw_table(const struct canvas *canvas, struct browse *browse,
		       const struct watch *watch, const struct area *area,
		       struct tables_map *map, size_t i)
{
	const struct layout *layout = &map->layout;
	size_t number = layout->first + i;
	size_t row = area->top + layout->tops[i], column = layout->columns[i];
	const struct division division =
		divide(layout->widths[i], layout->heights[i],
		       i >= layout->across, area->roomy);
	browse->tables[number].shows_peers =
		layout->widths[i] >= PANEL_WIDTH_WITH_PEER;
	struct browse_table *table = browse_refresh(browse, watch, number);
	browse_fit(table, division.rows);
	const struct panel panel = {
		.look = {.watch = watch,
			 .server = &watch->servers[number],
			 .connections = &table->connections,
			 .chosen = watch->count > 1 && number == browse->chosen,
			 .ascii = browse->ascii},
		.order = &table->order,
		.choice = &browse->choice,
		.width = layout->widths[i],
		.first = table->first,
		.rows = division.rows,
		.has_cursor = table->pid != 0 && number == browse->chosen,
		.cursor = table->cursor,
	};
	map->headings[i] = draw_panel(canvas, &panel, row, column, &division);
	if (column > 0)
		draw_divider(canvas, row, column - 1, layout->heights[i],
			     &division);
}

void tables_draw(const struct canvas *canvas, struct browse *browse,
		 const struct watch *watch, const struct area *area,
		 struct tables_map *map)
{
	map->layout.count = 0;
	map->top = area->top;
	if (watch->count == 0)
		return;
	layout_make(&map->layout, watch->count, browse->chosen, area->width,
		    area->height);
	for (size_t i = 0; i < map->layout.count; i++)
		draw_table(canvas, browse, watch, area, map, i);
}

static void draw_view_title(const struct canvas *canvas,
			    const struct browse *browse,
			    const struct area *area, size_t row)
{
	struct line line;
	paint_rule(canvas, row, 0, area->width);
	line_start(&line, area->width);
	line_format(&line, STYLE_CHOSEN, " %s ", browse->view->title);
	paint_line(canvas, row, area->width > 30 ? 2 : 0, &line);
}

void tables_draw_view(const struct canvas *canvas, struct browse *browse,
		      const struct watch *watch, const struct area *area)
{
	struct line line;
	const struct server *server = browse_server(browse, watch);
	size_t row = area->top, end = area->top + area->height;
	if (server != NULL && !browse->view->serverless) {
		const struct header_look look = {
			.watch = watch,
			.server = server,
			.connections = browse_connections(browse, watch,
							  browse->chosen),
			.chosen = watch->count > 1,
			.ascii = browse->ascii,
		};
		size_t most = larger(1, area->height / 4);
		draw_header(canvas, &look, area->width, most, row, 0);
		row += header_lines(area->width, most);
	}
	draw_view_title(canvas, browse, area, row++);
	browse_fit_view(browse, end - row);
	size_t count = browse->view->count(browse->view_state);
	for (size_t i = browse->view_first; i < count && row < end; i++) {
		bool last = row + 1 == end && i + 1 < count;
		line_start(&line, area->width);
		if (last)
			line_format(&line, STYLE_FAINT, "+%zu more", count - i);
		else
			browse->view->row(browse->view_state, i, &line);
		line_mark_cut(&line);
		paint_line(canvas, row++, 0, &line);
	}
}

void tables_click(struct browse *browse, const struct watch *watch,
		  const struct tables_map *map, size_t column, size_t row)
{
	const struct layout *layout = &map->layout;
	size_t i = layout_find(layout, column, row - map->top);
	if (i == SIZE_MAX || layout->first + i >= watch->count)
		return;
	size_t number = layout->first + i;
	const struct panel panel = {.width = layout->widths[i]};
	const struct browse_table *table = &browse->tables[number];
	size_t child = SIZE_MAX;
	if (row == map->headings[i]) {
		enum sort_key key =
			panel_column_at(&panel, column - layout->columns[i]);
		if (key != SORT_COUNT)
			browse_sort(browse, key);
	} else if (row > map->headings[i]) {
		child = table->first + (row - map->headings[i] - 1);
	}
	browse_select(browse, watch, number, child);
}
