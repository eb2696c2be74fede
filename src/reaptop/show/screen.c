/* The screen. Each drawing fills curses's virtual screen anew and leaves it to
 * curses to find what changed, so nothing flickers. */
#include "reaptop/show/screen.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/clock.h"
#include "reaptop/complain.h"
#include "reaptop/show/layout.h"
#include "reaptop/show/palette.h"
#include "reaptop/show/panel.h"
#include "reaptop/show/terminal.h"
#include "reaptop/version.h"

enum {
	SCREEN_COLUMNS_MIN = PANEL_WIDTH_MIN,
	SCREEN_LINES_MIN = 10,
	/* With fewer lines, title, rule and message make way for children. */
	ROOMY_LINES = 16,
};

struct screen {
	struct palette palette;
	size_t chosen;                   /* the selected server */
	size_t first[WATCH_SERVERS_MAX]; /* children scrolled past */
	size_t rows;                     /* lines for children, when drawn */
};

/* Where things stand on a screen of this height. */
struct places {
	int header;
	int rule; /* -1: none */
	int heading;
	int rows;
	int row_count;
	int message;
	int keys;
};

struct screen *screen_open(void)
{
	struct screen *screen = calloc(1, sizeof *screen);
	if (screen == NULL) {
		complain("screen", "out of memory");
		return NULL;
	}
	if (terminal_open() != 0) {
		free(screen);
		return NULL;
	}
	palette_open(&screen->palette);
	return screen;
}

void screen_close(struct screen *screen)
{
	if (screen == NULL)
		return;
	terminal_close();
	free(screen);
}

static void put_line(const struct screen *screen, int row, int column,
		     const struct line *line)
{
	size_t begin = 0;
	move(row, column);
	for (size_t i = 0; i < line->piece_count; i++) {
		const struct line_piece *piece = &line->pieces[i];
		attr_set(screen->palette.attributes[piece->style],
			 screen->palette.pairs[piece->style], NULL);
		addnstr(line->text + begin, (int)(piece->end - begin));
		begin = piece->end;
	}
	attr_set(A_NORMAL, 0, NULL);
}

static struct places find_places(void)
{
	bool roomy = LINES >= ROOMY_LINES;
	struct places places;
	places.header = roomy ? 1 : 0;
	places.rule = roomy ? places.header + PANEL_HEADER_LINES : -1;
	places.heading = places.header + PANEL_HEADER_LINES + (roomy ? 1 : 0);
	places.rows = places.heading + 1;
	places.keys = LINES - 1;
	places.message = roomy ? LINES - 2 : LINES - 1;
	places.row_count = places.message - places.rows;
	return places;
}

static void draw_title(const struct screen *screen, const struct watch *watch,
		       const struct screen_text *text)
{
	struct line line, right;
	size_t zombies = 0;
	for (size_t i = 0; i < watch->count; i++)
		zombies += watch->servers[i].children.zombies;
	line_start(&line, (size_t)COLS);
	line_add(&line, STYLE_NAME, "reaptop " REAPTOP_VERSION);
	line_format(&line, STYLE_PLAIN, "%s%s", text->title[0] ? "  " : "",
		    text->title);
	struct layout layout;
	layout_make(&layout, watch->count, screen->chosen, (size_t)COLS);
	if (layout.count < watch->count)
		line_format(&line, STYLE_NAME, "  from server %zu of %zu",
			    layout.first + 1, watch->count);
	line_start(&right, (size_t)COLS);
	line_format(&right, STYLE_PLAIN, "  %zu zombie%s  every %.3gs", zombies,
		    zombies == 1 ? "" : "s",
		    (double)text->delay / (double)NS_PER_SECOND);
	if (line.columns + right.columns <= (size_t)COLS) {
		line_pad(&line, STYLE_PLAIN, (size_t)COLS - right.columns);
		line_add_line(&line, &right);
	}
	put_line(screen, 0, 0, &line);
}

static void draw_panel(const struct screen *screen, const struct panel *panel,
		       int column, const struct places *places)
{
	struct line line;
	for (int i = 0; i < PANEL_HEADER_LINES; i++) {
		panel_header(panel, (size_t)i, &line);
		put_line(screen, places->header + i, column, &line);
	}
	if (places->rule >= 0)
		mvhline(places->rule, column, 0, (int)panel->width);
	panel_heading(panel, &line);
	put_line(screen, places->heading, column, &line);
	for (int i = 0; i < places->row_count; i++) {
		panel_row(panel, (size_t)i, &line);
		put_line(screen, places->rows + i, column, &line);
	}
}

static void draw_divider(int column, const struct places *places)
{
	mvvline(places->header, column, 0,
		places->rows + places->row_count - places->header);
	if (places->rule >= 0)
		mvaddch(places->rule, column, ACS_PLUS);
}

static void draw_panels(struct screen *screen, const struct watch *watch,
			const struct places *places)
{
	struct layout layout;
	if (watch->count == 0) {
		mvaddstr(places->header, 0, "no process has zombies");
		return;
	}
	layout_make(&layout, watch->count, screen->chosen, (size_t)COLS);
	for (size_t i = 0; i < layout.count; i++) {
		size_t number = layout.first + i;
		struct panel panel = {
			.watch = watch,
			.server = &watch->servers[number],
			.width = layout.widths[i],
			.rows = (size_t)places->row_count,
			.chosen = watch->count > 1 && number == screen->chosen,
		};
		size_t last = panel_last_first(&panel);
		if (screen->first[number] > last)
			screen->first[number] = last;
		panel.first = screen->first[number];
		if (i > 0)
			draw_divider((int)layout.columns[i] - 1, places);
		draw_panel(screen, &panel, (int)layout.columns[i], places);
	}
}

static void add_key(struct line *line, const char *key, const char *what)
{
	if (line->columns + strlen(key) + strlen(what) + 1 > line->width)
		return;
	line_add(line, STYLE_KEY, key);
	line_add(line, STYLE_KEY_TEXT, what);
	line_add(line, STYLE_PLAIN, " ");
}

static void draw_bottom(const struct screen *screen, const struct watch *watch,
			const struct screen_text *text,
			const struct places *places)
{
	struct line line;
	line_start(&line, (size_t)COLS);
	add_key(&line, "q", "Quit");
	if (watch->count > 1)
		add_key(&line, "Tab", "Next server");
	add_key(&line, "Up/Dn", "Scroll");
	add_key(&line, "PgUp/PgDn", "Page");
	add_key(&line, "Home/End", "Newest/oldest");
	put_line(screen, places->keys, 0, &line);
	if (text->prompt != NULL) {
		prompt_draw(text->prompt, (size_t)COLS, &line);
		line_pad(&line, STYLE_MESSAGE, (size_t)COLS);
		put_line(screen, places->message, 0, &line);
		return;
	}
	if (text->message[0] == '\0')
		return;
	line_start(&line, (size_t)COLS);
	line_add_foreign(&line, STYLE_MESSAGE, text->message);
	line_pad(&line, STYLE_MESSAGE, (size_t)COLS);
	put_line(screen, places->message, 0, &line);
}

/* One message, folded at the right edge. */
static void draw_too_small(void)
{
	char text[80];
	snprintf(text, sizeof text, "too small: %dx%d; reaptop needs %dx%d",
		 COLS, LINES, SCREEN_COLUMNS_MIN, SCREEN_LINES_MIN);
	const char *rest = text;
	for (int row = 0; row < LINES && *rest != '\0'; row++) {
		mvaddnstr(row, 0, rest, COLS);
		rest += strnlen(rest, (size_t)COLS);
	}
}

void screen_draw(struct screen *screen, const struct watch *watch,
		 const struct screen_text *text)
{
	erase();
	if (screen->chosen >= watch->count)
		screen->chosen = 0;
	if (COLS < SCREEN_COLUMNS_MIN || LINES < SCREEN_LINES_MIN) {
		draw_too_small();
	} else {
		struct places places = find_places();
		screen->rows = (size_t)places.row_count;
		if (LINES >= ROOMY_LINES)
			draw_title(screen, watch, text);
		draw_panels(screen, watch, &places);
		draw_bottom(screen, watch, text, &places);
	}
	wnoutrefresh(stdscr);
	doupdate();
}

/* Moves the selected table by so many rows; drawing corrects the far end. */
static void scroll_by(struct screen *screen, long rows)
{
	size_t *first = &screen->first[screen->chosen];
	if (rows < 0 && *first < (size_t)-rows)
		*first = 0;
	else
		*first += (size_t)rows;
}

static void choose(struct screen *screen, const struct watch *watch, size_t by)
{
	if (watch->count > 0)
		screen->chosen = (screen->chosen + by) % watch->count;
}

static void act_on(struct screen *screen, const struct watch *watch, int key)
{
	long page = screen->rows > 1 ? (long)screen->rows - 1 : 1;
	switch (key) {
	case KEY_DOWN:
	case 'j':
		scroll_by(screen, 1);
		break;
	case KEY_UP:
	case 'k':
		scroll_by(screen, -1);
		break;
	case KEY_NPAGE:
		scroll_by(screen, page);
		break;
	case KEY_PPAGE:
		scroll_by(screen, -page);
		break;
	case KEY_HOME:
		screen->first[screen->chosen] = 0;
		break;
	case KEY_END:
		screen->first[screen->chosen] = SIZE_MAX / 2;
		break;
	case '\t':
	case KEY_RIGHT:
		choose(screen, watch, 1);
		break;
	case KEY_BTAB:
	case KEY_LEFT:
		choose(screen, watch, watch->count - 1);
		break;
	case 'L' - '@': /* Ctrl-L */
		terminal_repaint();
		break;
	default:
		break;
	}
}

int screen_next_key(void)
{
	int key = getch();
	return key == ERR ? SCREEN_NO_KEY : key;
}

bool screen_take_key(struct screen *screen, const struct watch *watch, int key)
{
	if (key == 'q' || key == 'Q')
		return true;
	act_on(screen, watch, key);
	return false;
}

struct server *screen_server(const struct screen *screen,
			     const struct watch *watch)
{
	return screen->chosen < watch->count ? &watch->servers[screen->chosen]
					     : NULL;
}

/* Without a cursor, the topmost that is shown. */
const struct child *screen_child(const struct screen *screen,
				 const struct watch *watch)
{
	const struct server *server = screen_server(screen, watch);
	size_t above = screen->first[screen->chosen];
	if (server == NULL || server->children.now.count <= above)
		return NULL;
	size_t left = server->children.now.count - above;
	return &server->children.now.items[left - 1];
}
