/* Samples as plain text, made of the lines that the screen draws. */
#include "reaptop/output/samples.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "reaptop/version.h"
#include "reaptop/words/panel.h"
#include "reaptop/words/wording.h"

enum { TEXT_WIDTH = 80 };

static void put_line(struct output *output, struct line *line)
{
	while (line->size > 0 && line->text[line->size - 1] == ' ')
		line->size--;
	output_bytes(output, line->text, line->size);
	output_bytes(output, "\n", 1);
}

static void add_title(const struct watch *watch, struct output *output)
{
	char text[80], clock[16];
	time_t now = time(NULL);
	struct tm local;
	if (localtime_r(&now, &local) == NULL ||
	    strftime(clock, sizeof(clock), "%H:%M:%S", &local) == 0)
		clock[0] = '\0';
	snprintf(text, sizeof(text), "reaptop %s  sample %llu  %s\n",
		 REAPTOP_VERSION, (unsigned long long)watch->number, clock);
	output_text(output, text);
}

/* Adds a count in full: its name and number, "-" if it is not known. */
static void add_count(const struct server *server, enum server_count count,
		      const char *gap, struct line *line)
{
	uint64_t number;
	line_format(line, STYLE_PLAIN, "%s%s ", gap, wording_count_name(count));
	if (wording_count_of(server, count, &number))
		line_format(line, STYLE_PLAIN, "%" PRIu64, number);
	else
		line_add(line, STYLE_PLAIN, "-");
}

/* Adds how to thaw a stopped server. The screen has a message for that. */
static void add_thaw(const struct server *server, struct line *line)
{
	char text[WORDING_SIZE];
	const char *thaw =
		server->ended ? NULL : wording_thaw(&server->stat, text);
	if (thaw != NULL)
		line_format(line, STYLE_PLAIN, "  %s", thaw);
}

/* Adds the header in two lines, which have room for more than a panel. */
static void add_header(const struct watch *watch, const struct server *server,
		       const struct connections *connections,
		       struct output *output)
{
	static const enum server_count counts[] = {
		COUNT_LIVE,     COUNT_ZOMBIES, COUNT_FORKED, COUNT_REAPED,
		COUNT_SIGCHLDS, COUNT_SEEN,    COUNT_CAME,   COUNT_WENT,
	};
	char text[WORDING_SIZE];
	struct line line;
	line_start(&line, LINE_BYTES - 1);
	line_add_foreign(&line, STYLE_PLAIN, server->name);
	line_format(&line, STYLE_PLAIN, "  pid %d", server->stat.pid);
	line_format(&line, STYLE_PLAIN, "  port %s",
		    wording_port(server, text));
	line_format(&line, STYLE_PLAIN, "  %s",
		    wording_server_state(server, text));
	line_format(&line, STYLE_PLAIN, "  SIGCHLD %s",
		    wording_sigchld(server, text));
	add_thaw(server, &line);
	put_line(output, &line);
	line_start(&line, LINE_BYTES - 1);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		add_count(server, counts[i], i == 0 ? "" : "  ", &line);
	line_format(&line, STYLE_PLAIN, "  up %s",
		    wording_server_age(watch, server, text));
	if (server->children.nonstop > 0)
		add_count(server, COUNT_NONSTOP, "  ", &line);
	if (connections->parent_keeps > 0)
		line_format(&line, STYLE_PLAIN, "  holds %zu",
			    connections->parent_keeps);
	put_line(output, &line);
}

static void add_server(const struct watch *watch, const struct server *server,
		       const struct connections *connections,
		       struct output *output)
{
	const struct child_set *children = &server->children.now;
	const struct panel panel = {
		.look = {.watch = watch,
			 .server = server,
			 .connections = connections},
		.width = LINE_BYTES - 1,
		.rows = children->count,
		.steady = true,
	};
	struct line line;
	add_header(watch, server, connections, output);
	panel_heading(&panel, &line);
	put_line(output, &line);
	for (size_t i = 0; i < children->count; i++) {
		panel_row(&panel, i, &line);
		put_line(output, &line);
	}
}

void batch_sample(const struct watch *watch,
		  const struct connections *connections, struct output *output)
{
	add_title(watch, output);
	if (watch->count == 0)
		output_text(output, "no process has zombies\n");
	for (size_t i = 0; i < watch->count; i++)
		add_server(watch, &watch->servers[i], &connections[i], output);
	output_bytes(output, "\n", 1);
}

/* Makes line `number` of a panel: header, rule, heading, rows. */
static void panel_line(const struct panel *panel, size_t number,
		       struct line *line)
{
	if (number < PANEL_HEADER_LINES) {
		panel_header(panel, number, line);
	} else if (number == PANEL_HEADER_LINES) {
		line_start(line, panel->width);
		while (line->columns < line->width)
			line_add(line, STYLE_FAINT, "-");
	} else if (number == PANEL_HEADER_LINES + 1) {
		panel_heading(panel, line);
	} else {
		panel_row(panel, number - PANEL_HEADER_LINES - 2, line);
	}
}

/* Returns how many lines of children the fullest of the panels needs. */
static size_t rows_needed(const struct panel *panels, size_t count, size_t most)
{
	size_t rows = 0;
	for (size_t i = 0; i < count; i++) {
		size_t children = panels[i].look.server->children.now.count;
		if (children > rows)
			rows = children;
	}
	return rows < most ? rows : most;
}

static void add_group(const struct watch *watch, const struct layout *layout,
		      size_t rows, struct output *output)
{
	struct panel panels[LAYOUT_PANELS_MAX];
	for (size_t i = 0; i < layout->count; i++)
		panels[i] = (struct panel){
			.look = {.watch = watch,
				 .server = &watch->servers[layout->first + i]},
			.width = layout->widths[i],
			.rows = rows,
			.steady = true,
		};
	rows = rows_needed(panels, layout->count, rows);
	for (size_t row = 0; row < PANEL_HEADER_LINES + 2 + rows; row++) {
		struct line whole, part;
		line_start(&whole, TEXT_WIDTH);
		for (size_t i = 0; i < layout->count; i++) {
			panel_line(&panels[i], row, &part);
			if (i > 0) {
				line_pad(&whole, STYLE_FAINT,
					 layout->columns[i] - 1);
				line_add(&whole, STYLE_FAINT, "|");
			}
			line_add_line(&whole, &part);
		}
		put_line(output, &whole);
	}
}

void batch_side_by_side(const struct watch *watch, size_t rows,
			struct output *output)
{
	size_t first = 0;
	while (first < watch->count) {
		struct layout layout;
		layout_make(&layout, watch->count, first, TEXT_WIDTH, 0);
		add_group(watch, &layout, rows, output);
		output_bytes(output, "\n", 1);
		first += layout.count;
	}
}

void batch_summary(const struct watch *watch, int clients,
		   struct output *output)
{
	static const enum server_count counts[] = {
		COUNT_FORKED,
		COUNT_REAPED,
		COUNT_SIGCHLDS,
		COUNT_ZOMBIES,
	};
	for (size_t i = 0; i < watch->count; i++) {
		const struct server *server = &watch->servers[i];
		if (server_logged(server) == NULL)
			continue; /* the adopter, which is no server */
		struct line line;
		line_start(&line, LINE_BYTES - 1);
		line_add_foreign(&line, STYLE_PLAIN, server->name);
		line_format(&line, STYLE_PLAIN, ": clients %d", clients);
		for (size_t j = 0; j < sizeof(counts) / sizeof(*counts); j++)
			add_count(server, counts[j], ", ", &line);
		put_line(output, &line);
	}
}
