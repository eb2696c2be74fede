/* A server as lines of text: its header, and a row for each child. A row of 26
 * columns, the narrowest panel, has the PID, the state, a mark and the age; a
 * wider one adds columns, the most important first. */
#include "reaptop/words/panel.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "reaptop/words/wording.h"

enum column_kind {
	COLUMN_PID,
	COLUMN_STATE, /* behind it, in the gap, stands the mark */
	COLUMN_AGE,
	COLUMN_CPU,
	COLUMN_EXIT, /* how it ended; in wide rows of a live child, its peer */
	COLUMN_NAME,
	COLUMN_COUNT,
};

enum {
	PID_WIDTH = 7,
	STATE_WIDTH = 11, /* the letter, and a word of at most 9 */
	AGE_WIDTH = 6,
	CPU_WIDTH = 5,
	EXIT_WIDTH = 9,  /* SIGVTALRM */
	PORT_WIDTH = 18, /* :65535 ESTABLISHED; killed by SIGKILL */
	PEER_WIDTH = 30, /* 127.0.0.1:65535 ESTABLISHED; NAME has 15 at 80 */
	PEER_WIDTH_MAX = 60,
	/* From these widths on there is room for them. */
	FROM_EXIT = 36,
	FROM_CPU = 42,
	FROM_NAME = 51,
	FROM_PORT = PANEL_WIDTH_WITH_PEER,
	FROM_PEER = 80,
	/* Thousandths of a CPU: a server's child should mostly wait. */
	BUSY_CPU = 250,
};

/* Where the columns of a row begin, and how wide they are (0: not shown). */
struct columns {
	size_t begin[COLUMN_COUNT];
	size_t width[COLUMN_COUNT];
};

static const struct {
	const char *heading;
	enum sort_key key;
	bool right; /* aligned */
} kinds[COLUMN_COUNT] = {
	[COLUMN_PID] = {"PID", SORT_PID, true},
	[COLUMN_STATE] = {"S STATE", SORT_STATE, false},
	[COLUMN_AGE] = {"AGE", SORT_AGE, true},
	[COLUMN_CPU] = {"CPU", SORT_CPU, true},
	[COLUMN_EXIT] = {"EXIT", SORT_EXIT, false},
	[COLUMN_NAME] = {"NAME", SORT_NAME, false},
};

static size_t exit_width(size_t width)
{
	if (width < FROM_EXIT)
		return 0;
	if (width < FROM_PORT)
		return EXIT_WIDTH;
	if (width < FROM_PEER)
		return PORT_WIDTH;
	/* A long IPv6 peer gets half of the columns beyond. */
	size_t peer = PEER_WIDTH + (width - FROM_PEER) / 2;
	return peer < PEER_WIDTH_MAX ? peer : PEER_WIDTH_MAX;
}

static void place_columns(size_t width, struct columns *columns)
{
	*columns = (struct columns){
		.width = {[COLUMN_PID] = PID_WIDTH,
			  [COLUMN_STATE] = STATE_WIDTH,
			  [COLUMN_AGE] = AGE_WIDTH,
			  [COLUMN_CPU] = width < FROM_CPU ? 0 : CPU_WIDTH,
			  [COLUMN_EXIT] = exit_width(width)},
	};
	size_t at = 0;
	for (int kind = 0; kind < COLUMN_COUNT; kind++) {
		columns->begin[kind] = at;
		if (columns->width[kind] > 0)
			at += columns->width[kind] + 1;
	}
	if (width >= FROM_NAME)
		columns->width[COLUMN_NAME] = width - at;
}

/* Adds at most `width` columns of our own text. Ends it in > if it is cut. */
static void add_cut(struct line *line, enum style style, const char *text,
		    size_t width)
{
	bool cut = strlen(text) > width;
	if (width == 0)
		return; /* no such column here */
	line_format(line, style, "%.*s", (int)(cut ? width - 1 : width), text);
	if (cut)
		line_add(line, STYLE_FAINT, ">");
}

/* Adds our own text into its column, behind the text that stands there. */
static void add_cell(struct line *line, const struct columns *columns, int kind,
		     enum style ground, enum style style, const char *text)
{
	size_t size = strlen(text), width = columns->width[kind];
	size_t begin = columns->begin[kind];
	if (kinds[kind].right && size < width)
		begin += width - size;
	line_pad(line, ground, begin);
	add_cut(line, style, text, width);
}

void panel_heading(const struct panel *panel, struct line *line)
{
	struct columns columns;
	place_columns(panel->width, &columns);
	line_start(line, panel->width);
	for (int kind = 0; kind < COLUMN_COUNT; kind++) {
		char text[24];
		bool sorted = panel->choice != NULL &&
			      kinds[kind].key == panel->choice->key;
		if (columns.width[kind] == 0)
			continue;
		snprintf(text, sizeof(text), "%s%s%s", kinds[kind].heading,
			 kind == COLUMN_EXIT && panel->width >= FROM_PORT
				 ? " or PEER"
				 : "",
			 sorted && panel->choice->reversed ? "^" : "");
		add_cell(line, &columns, kind, STYLE_HEADING,
			 sorted ? STYLE_SORTED : STYLE_HEADING, text);
	}
	line_pad(line, STYLE_HEADING, panel->width);
}

enum sort_key panel_column_at(const struct panel *panel, size_t place)
{
	struct columns columns;
	place_columns(panel->width, &columns);
	for (int kind = 0; kind < COLUMN_COUNT; kind++)
		if (columns.width[kind] > 0 &&
		    place <= columns.begin[kind] + columns.width[kind])
			return kinds[kind].key;
	return SORT_COUNT;
}

static enum style ground_of(const struct child *child)
{
	if (child->gone != 0)
		return STYLE_GONE;
	return child_is_zombie(child) ? STYLE_ZOMBIE : STYLE_PLAIN;
}

static bool is_busy(const struct child *child)
{
	return (child->nonstop || child->cpu >= BUSY_CPU) && child->gone == 0;
}

/* Returns the style of the state and stores the mark behind it. */
static enum style state_style(const struct panel *panel,
			      const struct child *child, char *mark)
{
	*mark = ' ';
	switch (panel->steady ? NEWS_NONE
			      : child_news(child, panel->look.watch->taken)) {
	case NEWS_GONE:
		*mark = '-';
		return STYLE_GONE;
	case NEWS_DIED:
		*mark = '!';
		return STYLE_DIED;
	case NEWS_CAME:
		*mark = '+';
		return child->nonstop ? STYLE_BUSY : STYLE_NEW;
	default:
		break;
	}
	if (child_is_zombie(child))
		return STYLE_ALARM;
	if (child->stat.state == 'T')
		return STYLE_FROZEN;
	return is_busy(child) ? STYLE_BUSY : STYLE_PLAIN;
}

/* Returns true if there is a mark behind the state. */
static bool add_state(const struct panel *panel, const struct columns *columns,
		      const struct child *child, struct line *line)
{
	char text[WORDING_SIZE], cpu[WORDING_SIZE], mark;
	enum style style = state_style(panel, child, &mark);
	const char *word =
		wording_child_state(child, panel->look.server->stat.pid);
	bool share = is_busy(child) && !child->nonstop &&
		     columns->width[COLUMN_CPU] == 0;
	if (share)
		snprintf(text, sizeof(text), "%c %s CPU", child->stat.state,
			 wording_cpu(child->cpu, cpu));
	else
		snprintf(text, sizeof(text), "%c %s",
			 child->gone != 0 ? '-' : child->stat.state, word);
	add_cell(line, columns, COLUMN_STATE, ground_of(child), style, text);
	if (mark == ' ')
		return false;
	line_pad(line, style, columns->begin[COLUMN_AGE] - 1);
	line_format(line, style, "%c", mark);
	return true;
}

/* Cuts "12m34s" behind a mark to "12m", so that the two do not touch. */
static void add_age(const struct panel *panel, const struct columns *columns,
		    const struct child *child, bool marked, struct line *line)
{
	char text[WORDING_SIZE];
	enum style style = ground_of(child);
	const char *age = wording_child_age(panel->look.watch, child, text);
	if (marked && strlen(age) >= AGE_WIDTH)
		text[strcspn(text, "mhd") + 1] = '\0';
	add_cell(line, columns, COLUMN_AGE, style, style, age);
}

/* Adds the peer of a live child, as much as there is room for. */
static void add_peer(const struct panel *panel, const struct columns *columns,
		     const struct child *child, struct line *line)
{
	char text[TCP_ENDPOINT_SIZE];
	const struct connection *connection =
		panel->look.connections == NULL
			? NULL
			: connections_of_process(panel->look.connections,
						 child->stat.pid);
	if (connection == NULL || connection->at_server == NULL) {
		add_cell(line, columns, COLUMN_EXIT, STYLE_PLAIN, STYLE_PLAIN,
			 child_is_hidden(child) ? "?" : "-");
		return;
	}
	wording_endpoint(&connection->client, text);
	const char *shown = text;
	if (panel->width < FROM_PEER)
		shown = strrchr(text, ':');
	const char *state = wording_tcp_state(connection->at_server->state);
	size_t room = columns->width[COLUMN_EXIT] - strlen(state) - 1;
	line_pad(line, STYLE_PLAIN, columns->begin[COLUMN_EXIT]);
	add_cut(line, STYLE_PLAIN, shown, room);
	line_add(line, STYLE_PLAIN, " ");
	line_add(line,
		 strcmp(state, "ESTABLISHED") == 0 ? STYLE_PLAIN : STYLE_BUSY,
		 state);
}

static void add_exit(const struct panel *panel, const struct columns *columns,
		     const struct child *child, struct line *line)
{
	char text[WORDING_SIZE];
	bool wide = panel->width >= FROM_PORT;
	if (!child_is_zombie(child) && child->gone == 0 && wide) {
		add_peer(panel, columns, child, line);
		return;
	}
	enum style style = ground_of(child);
	add_cell(line, columns, COLUMN_EXIT, style, style,
		 wide ? wording_child_end(child, text)
		      : wording_child_exit(child, text));
}

/* Adds how to thaw a stopped child, if there is room for all of it. */
static void add_thaw(const struct child *child, struct line *line)
{
	char text[WORDING_SIZE];
	const char *thaw =
		child->gone != 0 ? NULL : wording_thaw(&child->stat, text);
	if (thaw != NULL && line->columns + strlen(thaw) + 2 <= line->width)
		line_format(line, STYLE_FROZEN, "  %s", thaw);
}

static void add_name(const struct columns *columns, const struct child *child,
		     enum style style, struct line *line)
{
	struct line name;
	line_start(&name, columns->width[COLUMN_NAME]);
	line_add_foreign(&name, style, child->stat.name);
	line_mark_cut(&name);
	line_pad(line, style, columns->begin[COLUMN_NAME]);
	line_add_line(line, &name);
	add_thaw(child, line);
}

static void add_row(const struct panel *panel, const struct child *child,
		    struct line *line)
{
	char text[WORDING_SIZE];
	struct columns columns;
	enum style style = ground_of(child);
	place_columns(panel->width, &columns);
	line_start(line, panel->width);
	snprintf(text, sizeof(text), "%d", child->stat.pid);
	add_cell(line, &columns, COLUMN_PID, style, style, text);
	bool marked = add_state(panel, &columns, child, line);
	add_age(panel, &columns, child, marked, line);
	if (columns.width[COLUMN_CPU] > 0)
		add_cell(line, &columns, COLUMN_CPU, style,
			 is_busy(child) ? STYLE_BUSY : style,
			 child_is_hidden(child)
				 ? "?"
				 : wording_cpu(child->cpu, text));
	if (columns.width[COLUMN_EXIT] > 0)
		add_exit(panel, &columns, child, line);
	if (columns.width[COLUMN_NAME] > 0)
		add_name(&columns, child, style, line);
}

void panel_header(const struct panel *panel, size_t number, struct line *line)
{
	line_start(line, panel->width);
	header_add(&panel->look, (enum header_fact)number, panel->width, line);
}

/* Returns how many rows there are in all. */
static size_t row_count(const struct panel *panel)
{
	return panel->order != NULL ? panel->order->count
				    : panel->look.server->children.now.count;
}

/* Returns how many of them are shown, from `first` on. */
static size_t rows_shown(const struct panel *panel)
{
	size_t count = row_count(panel);
	size_t left = count > panel->first ? count - panel->first : 0;
	if (left <= panel->rows)
		return left;
	return panel->rows > 0 ? panel->rows - 1 : 0;
}

static const struct child *child_at(const struct panel *panel, size_t place)
{
	const struct child_set *children = &panel->look.server->children.now;
	if (panel->order != NULL)
		return panel->order->rows[place];
	/* The kernel lists the oldest first. */
	return &children->items[children->count - 1 - place];
}

void panel_row(const struct panel *panel, size_t number, struct line *line)
{
	size_t count = row_count(panel);
	size_t place = panel->first + number;
	line_start(line, panel->width);
	if (place >= count || number >= panel->rows)
		return;
	if (number >= rows_shown(panel)) {
		line_format(line, STYLE_FAINT, "+%zu more", count - place);
		return;
	}
	add_row(panel, child_at(panel, place), line);
	if (panel->has_cursor && place == panel->cursor) {
		line_pad(line, STYLE_CURSOR, panel->width);
		line_restyle(line, STYLE_CURSOR);
	}
}

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
