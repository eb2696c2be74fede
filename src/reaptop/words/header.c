/* A server above its children: each fact, and how the facts are laid out. */
#include "reaptop/words/header.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "reaptop/words/wording.h"

enum { FACT_WIDTH = 26, FACT_GAP = 1, ACROSS_MAX = 4 };

enum { LEVELS = 8 };

static const char *bar(size_t level, bool ascii)
{
	static const char *const blocks[LEVELS] = {"▁", "▂", "▃", "▄",
						   "▅", "▆", "▇", "█"};
	static const char *const letters[LEVELS] = {"_", ".", ":", "-",
						    "=", "+", "*", "#"};
	return ascii ? letters[level] : blocks[level];
}

static size_t level_of(uint64_t value, uint64_t most)
{
	if (value == 0 || most == 0)
		return 0;
	return 1 + (size_t)(value * (LEVELS - 2) / most);
}

/* Adds at most `width` bars, the last one of now, and behind them what the
 * highest stands for: " max 18". Bars are blocks of Unicode where the locale
 * has them and `ascii` does not forbid it, else letters of rising ink. A count
 * of 0 has the lowest bar, to be told from one that is not known. */
static void add_sparkline(struct line *line, const struct history *history,
			  size_t width, bool ascii)
{
	char count[WORDING_SIZE], text[WORDING_SIZE + 8];
	uint64_t most = 0;
	/* " max " and a count of at most five characters. */
	size_t bars = width > 10 ? width - 10 : 0;
	for (size_t i = 0; i < bars; i++) {
		int64_t value = history_at(history, i);
		if (value > 0 && (uint64_t)value > most)
			most = (uint64_t)value;
	}
	ascii = ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	for (size_t i = bars; i > 0; i--) {
		int64_t value = history_at(history, i - 1);
		if (value < 0)
			line_add(line, STYLE_ZOMBIE, " ");
		else
			line_add_foreign(
				line, STYLE_ZOMBIE,
				bar(level_of((uint64_t)value, most), ascii));
	}
	snprintf(text, sizeof(text), " max %s", wording_count(most, count));
	line_add(line, STYLE_FAINT, text);
}

/* Adds "label value", with two spaces before all but the first. */
static void add_pair(struct line *line, const char *label, const char *value,
		     enum style style)
{
	if (line->columns > 0)
		line_add(line, STYLE_PLAIN, "  ");
	line_add(line, STYLE_FAINT, label);
	line_add(line, STYLE_FAINT, " ");
	line_add(line, style, value);
}

static void add_process(const struct server *server, struct line *line)
{
	char text[WORDING_SIZE];
	line_format(line, STYLE_PLAIN, "pid %d", server->stat.pid);
	add_pair(line, "port", wording_port(server, text), STYLE_PLAIN);
}

static void add_state(const struct server *server, struct line *line)
{
	char text[WORDING_SIZE];
	enum style style = STYLE_PLAIN;
	if (server->ended)
		style = STYLE_ENDED;
	else if (server_is_frozen(server))
		style = STYLE_FROZEN;
	line_add(line, style, wording_server_state(server, text));
	if (server->ended)
		return;
	/* There is room for one word. "blocked" goes before "caught". */
	add_pair(line, "SIGCHLD",
		 server_sigchld_blocked(server) ? "blocked"
						: wording_disposition(server),
		 STYLE_PLAIN);
}

/* Adds a count's name and number, "-" if the count is not known. */
static void add_count(const struct server *server, enum server_count count,
		      enum style style, struct line *line)
{
	char text[WORDING_SIZE];
	uint64_t number;
	bool known = wording_count_of(server, count, &number);
	add_pair(line, wording_count_name(count),
		 known ? wording_count(number, text) : "-", style);
}

static void add_sigchlds(const struct server *server, struct line *line)
{
	add_count(server, COUNT_SIGCHLDS, STYLE_PLAIN, line);
	if (!server_sigchld_pending(server))
		return;
	line_add(line, STYLE_PLAIN, "  ");
	line_add(line, STYLE_FROZEN, "1 pending");
}

static void add_age(const struct header_look *look, struct line *line)
{
	char text[WORDING_SIZE];
	const struct server *server = look->server;
	add_pair(line, "up", wording_server_age(look->watch, server, text),
		 STYLE_PLAIN);
	add_count(server, COUNT_SEEN, STYLE_PLAIN, line);
}

static void add_turnover(const struct server *server, struct line *line)
{
	add_count(server, COUNT_CAME,
		  server->turnover.came > 0 ? STYLE_NEW : STYLE_PLAIN, line);
	add_count(server, COUNT_WENT,
		  server->turnover.went > 0 ? STYLE_GONE : STYLE_PLAIN, line);
}

static size_t kept_connections(const struct header_look *look)
{
	return look->connections == NULL ? 0 : look->connections->parent_keeps;
}

static bool has_fault(const struct header_look *look)
{
	return look->server->children.nonstop > 0 || kept_connections(look) > 0;
}

static void add_fault(const struct header_look *look, struct line *line)
{
	char text[WORDING_SIZE];
	size_t nonstop = look->server->children.nonstop;
	if (nonstop > 0)
		line_format(line, STYLE_BUSY, "%s %s",
			    wording_count_name(COUNT_NONSTOP),
			    wording_count(nonstop, text));
	if (kept_connections(look) == 0)
		return;
	line_add(line, STYLE_PLAIN, nonstop > 0 ? "  " : "");
	line_format(line, STYLE_BUSY, "holds %s",
		    wording_count(kept_connections(look), text));
	line_add(line, STYLE_BUSY,
		 nonstop > 0                   ? ""
		 : kept_connections(look) == 1 ? " connection"
					       : " connections");
}

static void make_fact(const struct header_look *look, enum header_fact fact,
		      struct line *line)
{
	const struct server *server = look->server;
	switch (fact) {
	case HEADER_NAME:
		line_add_foreign(line, look->chosen ? STYLE_CHOSEN : STYLE_NAME,
				 server->name);
		break;
	case HEADER_PROCESS:
		add_process(server, line);
		break;
	case HEADER_STATE:
		add_state(server, line);
		break;
	case HEADER_COUNTS:
		add_count(server, COUNT_LIVE, STYLE_NAME, line);
		add_count(server, COUNT_ZOMBIES,
			  server->children.zombies > 0 ? STYLE_ALARM
						       : STYLE_NAME,
			  line);
		break;
	case HEADER_LOG:
		add_count(server, COUNT_FORKED, STYLE_PLAIN, line);
		add_count(server, COUNT_REAPED, STYLE_PLAIN, line);
		break;
	case HEADER_SIGCHLDS:
		add_sigchlds(server, line);
		break;
	case HEADER_AGE:
		if (has_fault(look))
			add_turnover(server, line);
		else
			add_age(look, line);
		break;
	case HEADER_TURNOVER:
		if (has_fault(look))
			add_fault(look, line);
		else
			add_turnover(server, line);
		break;
	default:
		add_sparkline(line, &server->zombies, line->width, look->ascii);
		break;
	}
}

void header_add(const struct header_look *look, enum header_fact fact,
		size_t width, struct line *line)
{
	struct line part;
	line_start(&part, width);
	make_fact(look, fact, &part);
	line_mark_cut(&part);
	line_add_line(line, &part);
}

/* The layout of a header. */
struct grid {
	size_t across; /* facts beside each other */
	size_t down;   /* lines of them; the sparkline comes below */
	bool sparkline;
	enum header_fact facts[HEADER_FACTS];
	size_t count;
	enum header_fact to_fault; /* the fact that a fault replaces, or
				    * HEADER_FACTS */
};

/* Returns whether a fact is among the `count` most important. */
static bool is_kept(enum header_fact fact, size_t count)
{
	static const enum header_fact by_importance[HEADER_FACTS] = {
		HEADER_NAME,      HEADER_COUNTS,   HEADER_STATE,
		HEADER_LOG,       HEADER_PROCESS,  HEADER_SIGCHLDS,
		HEADER_SPARKLINE, HEADER_TURNOVER, HEADER_AGE,
	};
	for (size_t i = 0; i < count; i++)
		if (by_importance[i] == fact)
			return true;
	return false;
}

/* Returns the fact that a fault replaces: the turnover, or where there is no
 * room for that one the PID and port, or the log's counts. */
static enum header_fact to_fault(size_t kept)
{
	static const enum header_fact places[] = {
		HEADER_TURNOVER,
		HEADER_PROCESS,
		HEADER_LOG,
	};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (is_kept(places[i], kept))
			return places[i];
	return HEADER_FACTS;
}

static void make_grid(size_t width, size_t most, struct grid *grid)
{
	*grid = (struct grid){
		.across = (width + FACT_GAP) / (FACT_WIDTH + FACT_GAP),
	};
	if (grid->across < 1)
		grid->across = 1;
	if (grid->across > ACROSS_MAX)
		grid->across = ACROSS_MAX;
	/* Below several columns the sparkline takes a line of its own. */
	size_t kept = most * grid->across;
	if (grid->across > 1 && most > 1)
		kept -= grid->across - 1;
	if (kept > HEADER_FACTS)
		kept = HEADER_FACTS;
	grid->to_fault = to_fault(kept);
	grid->sparkline = is_kept(HEADER_SPARKLINE, kept);
	for (int fact = 0; fact < HEADER_SPARKLINE; fact++)
		if (is_kept((enum header_fact)fact, kept))
			grid->facts[grid->count++] = (enum header_fact)fact;
	grid->down = (grid->count + grid->across - 1) / grid->across;
}

size_t header_lines(size_t width, size_t most)
{
	struct grid grid;
	make_grid(width, most, &grid);
	return grid.down + (grid.sparkline ? 1 : 0);
}

void header_line(const struct header_look *look, size_t width, size_t most,
		 size_t number, struct line *line)
{
	struct grid grid;
	make_grid(width, most, &grid);
	line_start(line, width);
	if (number >= grid.down) {
		if (grid.sparkline && number == grid.down)
			header_add(look, HEADER_SPARKLINE, width, line);
		return;
	}
	size_t cell = (width + FACT_GAP) / grid.across;
	for (size_t i = 0; i < grid.across; i++) {
		size_t at = i * grid.down + number;
		if (at >= grid.count)
			return;
		line_pad(line, STYLE_PLAIN, i * cell);
		enum header_fact fact = grid.facts[at];
		if (fact == grid.to_fault && has_fault(look))
			fact = HEADER_TURNOVER;
		header_add(look, fact, cell - FACT_GAP, line);
	}
}
