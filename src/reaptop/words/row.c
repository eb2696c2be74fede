/* A child as one row of a table. At 26 columns, the narrowest panel, there is
 * room for the PID, the state, a mark and the age; wider rows go on with more,
 * the most telling first. */
#include "reaptop/words/row.h"

#include <stdio.h>
#include <string.h>

#include "reaptop/words/tcp_wording.h"
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
	FROM_PORT = ROW_WIDTH_WITH_PEER,
	FROM_PEER = 80,
	/* Thousandths of a CPU: a server's child should mostly wait. */
	BUSY_CPU = 250,
};

/* Where the columns of a row begin, and how wide they are; 0: not there. */
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
	/* A long IPv6 peer gets half of what there is beyond. */
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

/* Adds at most `width` columns of text, ours: cut, it ends in >. */
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

/* Adds text, ours, into its column; what stands there already stays. */
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

void row_heading(const struct row_look *look, struct line *line)
{
	struct columns columns;
	place_columns(look->width, &columns);
	line_start(line, look->width);
	for (int kind = 0; kind < COLUMN_COUNT; kind++) {
		char text[24];
		bool sorted = kinds[kind].key == look->sorted_by;
		if (columns.width[kind] == 0)
			continue;
		snprintf(text, sizeof text, "%s%s%s", kinds[kind].heading,
			 kind == COLUMN_EXIT && look->width >= FROM_PORT
				 ? " or PEER"
				 : "",
			 sorted && look->reversed ? "^" : "");
		add_cell(line, &columns, kind, STYLE_HEADING,
			 sorted ? STYLE_SORTED : STYLE_HEADING, text);
	}
	line_pad(line, STYLE_HEADING, look->width);
}

enum sort_key row_column_at(const struct row_look *look, size_t place)
{
	struct columns columns;
	place_columns(look->width, &columns);
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

/* The state's style and the mark behind it. */
static enum style state_style(const struct row_look *look,
			      const struct child *child, char *mark)
{
	*mark = ' ';
	switch (look->steady ? NEWS_NONE
			     : child_news(child, look->watch->taken)) {
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

/* True if there is a mark behind it. */
static bool add_state(const struct row_look *look,
		      const struct columns *columns, const struct child *child,
		      struct line *line)
{
	char text[WORDING_SIZE], cpu[WORDING_SIZE], mark;
	enum style style = state_style(look, child, &mark);
	const char *word = wording_child_state(child, look->server->stat.pid);
	bool share = is_busy(child) && !child->nonstop &&
		     columns->width[COLUMN_CPU] == 0;
	if (share)
		snprintf(text, sizeof text, "%c %s CPU", child->stat.state,
			 wording_cpu(child->cpu, cpu));
	else
		snprintf(text, sizeof text, "%c %s",
			 child->gone != 0 ? '-' : child->stat.state, word);
	add_cell(line, columns, COLUMN_STATE, ground_of(child), style, text);
	if (mark == ' ')
		return false;
	line_pad(line, style, columns->begin[COLUMN_AGE] - 1);
	line_format(line, style, "%c", mark);
	return true;
}

/* Behind a mark "12m34s" reads "12m", so that the two do not touch. */
static void add_age(const struct row_look *look, const struct columns *columns,
		    const struct child *child, bool marked, struct line *line)
{
	char text[WORDING_SIZE];
	enum style style = ground_of(child);
	const char *age = wording_child_age(look->watch, child, text);
	if (marked && strlen(age) >= AGE_WIDTH)
		text[strcspn(text, "mhd") + 1] = '\0';
	add_cell(line, columns, COLUMN_AGE, style, style, age);
}

/* The peer of a live child, as much of it as there is room for. */
static void add_peer(const struct row_look *look, const struct columns *columns,
		     const struct child *child, struct line *line)
{
	char text[TCP_ENDPOINT_SIZE];
	const struct connection *connection =
		look->connections == NULL
			? NULL
			: connections_of_process(look->connections,
						 child->stat.pid);
	if (connection == NULL || connection->at_server == NULL) {
		add_cell(line, columns, COLUMN_EXIT, STYLE_PLAIN, STYLE_PLAIN,
			 child_is_hidden(child) ? "?" : "-");
		return;
	}
	tcp_wording_endpoint(&connection->client, text);
	const char *shown = text;
	if (look->width < FROM_PEER)
		shown = strrchr(text, ':');
	const char *state = tcp_wording_state(connection->at_server->state);
	size_t room = columns->width[COLUMN_EXIT] - strlen(state) - 1;
	line_pad(line, STYLE_PLAIN, columns->begin[COLUMN_EXIT]);
	add_cut(line, STYLE_PLAIN, shown, room);
	line_add(line, STYLE_PLAIN, " ");
	line_add(line,
		 strcmp(state, "ESTABLISHED") == 0 ? STYLE_PLAIN : STYLE_BUSY,
		 state);
}

static void add_exit(const struct row_look *look, const struct columns *columns,
		     const struct child *child, struct line *line)
{
	char text[WORDING_SIZE];
	bool wide = look->width >= FROM_PORT;
	if (!child_is_zombie(child) && child->gone == 0 && wide) {
		add_peer(look, columns, child, line);
		return;
	}
	enum style style = ground_of(child);
	add_cell(line, columns, COLUMN_EXIT, style, style,
		 wide ? wording_child_end(child, text)
		      : wording_child_exit(child, text));
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
}

void row_child(const struct row_look *look, const struct child *child,
	       struct line *line)
{
	char text[WORDING_SIZE];
	struct columns columns;
	enum style style = ground_of(child);
	place_columns(look->width, &columns);
	line_start(line, look->width);
	snprintf(text, sizeof text, "%d", child->stat.pid);
	add_cell(line, &columns, COLUMN_PID, style, style, text);
	bool marked = add_state(look, &columns, child, line);
	add_age(look, &columns, child, marked, line);
	if (columns.width[COLUMN_CPU] > 0)
		add_cell(line, &columns, COLUMN_CPU, style,
			 is_busy(child) ? STYLE_BUSY : style,
			 child_is_hidden(child)
				 ? "?"
				 : wording_cpu(child->cpu, text));
	if (columns.width[COLUMN_EXIT] > 0)
		add_exit(look, &columns, child, line);
	if (columns.width[COLUMN_NAME] > 0)
		add_name(&columns, child, style, line);
}
