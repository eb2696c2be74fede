/* The screen. Each drawing fills curses's virtual screen completely and lets
 * curses find the changes, so nothing flickers. */
#include "reaptop/screen/screen.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/complain.h"
#include "common/shortage.h"
#include "reaptop/screen/browse.h"
#include "reaptop/screen/frames.h"
#include "reaptop/screen/paint.h"
#include "reaptop/screen/tables.h"
#include "reaptop/screen/terminal.h"
#include "reaptop/version.h"
#include "reaptop/words/panel.h"
#include "reaptop/words/wording.h"

enum {
	SCREEN_COLUMNS_MIN = PANEL_WIDTH_MIN,
	SCREEN_LINES_MIN = 10,
	/* With fewer lines, title, rule and message make way for children. */
	ROOMY_LINES = 16,
	WHEEL_ROWS = 3,
};

struct screen {
	struct canvas canvas;
	struct browse browse;
	struct tables_map map;
	struct input input;
};

struct screen *screen_open(const struct screen_options *options)
{
	struct screen *screen = calloc(1, sizeof(*screen));
	if (screen == NULL) {
		complain("screen", "out of memory");
		return NULL;
	}
	if (terminal_open() != 0) {
		free(screen);
		return NULL;
	}
	input_open(&screen->input);
	palette_open(&screen->canvas.palette, !options->mono);
	screen->canvas.ascii = options->ascii;
	screen->browse.ascii = options->ascii || terminal_lacks_blocks();
	screen->browse.choice.key = SORT_AGE;
	screen->browse.views = options->views;
	return screen;
}

void screen_close(struct screen *screen)
{
	if (screen == NULL)
		return;
	terminal_close();
	input_close(&screen->input);
	browse_free(&screen->browse);
	free(screen);
}

static size_t count_zombies(const struct watch *watch)
{
	size_t zombies = 0;
	for (size_t i = 0; i < watch->count; i++)
		zombies += watch->servers[i].children.zombies;
	return zombies;
}

/* Makes the right part of the title, shorter where there is less `room`. */
static void make_summary(const struct screen *screen, const struct watch *watch,
			 const struct screen_text *text, size_t room,
			 struct line *line)
{
	const struct order_choice *choice = &screen->browse.choice;
	char count[WORDING_SIZE];
	size_t zombies = count_zombies(watch);
	line_start(line, room);
	line_format(line, STYLE_PLAIN, "  %s", wording_zombies(zombies, count));
	if (choice->zombies_only && room - line->columns >= 14)
		line_add(line, STYLE_NAME, "  zombies only");
	if (room - line->columns >= 30)
		line_format(line, STYLE_PLAIN, "  by %s%s",
			    order_name(choice->key),
			    choice->reversed ? ", reversed" : "");
	if (room - line->columns >= 14)
		line_format(line, STYLE_PLAIN, "  every %.3gs",
			    (double)text->delay / (double)NS_PER_SECOND);
}

static void draw_title(const struct screen *screen, const struct watch *watch,
		       const struct screen_text *text)
{
	struct line line, right;
	const struct layout *layout = &screen->map.layout;
	line_start(&line, (size_t)COLS);
	line_add(&line, STYLE_NAME, "reaptop " REAPTOP_VERSION);
	line_format(&line, STYLE_PLAIN, "%s%s", text->title[0] ? "  " : "",
		    text->title);
	if (text->paused) {
		line_add(&line, STYLE_PLAIN, "  ");
		line_add(&line, STYLE_FROZEN, " PAUSED ");
	}
	if (screen->browse.view == NULL && layout->count < watch->count)
		line_format(&line, STYLE_NAME, "  from server %zu of %zu",
			    layout->first + 1, watch->count);
	line_mark_cut(&line);
	make_summary(screen, watch, text, (size_t)COLS - line.columns, &right);
	if (right.columns < right.width || right.width > 20) {
		line_pad(&line, STYLE_PLAIN, (size_t)COLS - right.columns);
		line_add_line(&line, &right);
	}
	paint_line(&screen->canvas, 0, 0, &line);
}

struct hint {
	const char *key;
	const char *what;
};

static const struct hint table_hints[] = {
	{"?", "Help"},           {"q", "Quit"},    {"Tab", "Next"},
	{"t", "Tree"},           {"s", "Sockets"}, {"e", "Events"},
	{"Enter", "Info"},       {"z", "Zombies"}, {"/", "Search"},
	{"b", "Burst"},          {"f", "Freeze"},  {"<>", "Sort"},
	{"Space", "Pause"},      {"c", "SIGCHLD"}, {"x", "Kill child"},
	{"K", "Kill"},           {"n", "New"},     {"+-", "Delay"},
	{"PgUp/PgDn", "Scroll"},
};

static const struct hint view_hints[] = {
	{"Esc", "Back"}, {"Q", "Quit"},    {"Tab", "Next"},
	{"t", "Tree"},   {"s", "Sockets"}, {"e", "Events"},
	{"/", "Search"}, {"?", "Help"},    {"Space", "Pause"},
	{"b", "Burst"},  {"f", "Freeze"},  {"PgUp/PgDn", "Scroll"},
};

static void add_hint(struct line *line, const char *key, const char *what)
{
	if (line->columns + strlen(key) + strlen(what) + 1 > line->width)
		return;
	line_add(line, STYLE_KEY, key);
	line_add(line, STYLE_KEY_TEXT, what);
	line_add(line, STYLE_PLAIN, " ");
}

static bool is_of_use(const struct hint *hint, const struct watch *watch,
		      const struct screen_text *text)
{
	if (strcmp(hint->key, "Tab") == 0)
		return watch->count > 1;
	return !text->read_only || strchr("bfcxKn", hint->key[0]) == NULL;
}

/* Adds the keys of use now, the most useful first, as many as there is room
 * for. */
static void add_keys(const struct browse *browse, const struct watch *watch,
		     const struct screen_text *text, struct line *line)
{
	const struct hint *hints = table_hints;
	size_t count = sizeof(table_hints) / sizeof(*table_hints);
	if (browse->view != NULL) {
		hints = view_hints;
		count = sizeof(view_hints) / sizeof(*view_hints);
	}
	for (size_t i = 0; i < count; i++)
		if (is_of_use(&hints[i], watch, text))
			add_hint(line, hints[i].key, hints[i].what);
}

/* Adds the question that is open, or the message; nothing if there is none. */
static void add_message(const struct browse *browse,
			const struct screen_text *text, struct line *line)
{
	size_t width = line->width;
	char why[SHORTAGE_TEXT_SIZE];
	if (text->prompt != NULL) {
		prompt_draw(text->prompt, width, line);
	} else if (search_is_open(&browse->search)) {
		search_draw(&browse->search, width, line);
	} else if (browse->error != 0) {
		line_format(
			line, STYLE_ENDED, "not all could be read: %s",
			shortage_text(SHORTAGE_ANY_CALL, browse->error, why));
	} else if (browse->search.failed) {
		line_add(line, STYLE_ENDED, "not found: ");
		line_add_foreign(line, STYLE_ENDED, browse->search.prompt.text);
	} else if (text->message[0] != '\0') {
		line_add_foreign(line, STYLE_MESSAGE, text->message);
	} else {
		return;
	}
	/* Questions and typed text mark a cut themselves. */
	if (text->prompt == NULL && !search_is_open(&browse->search))
		line_mark_cut(line);
	line_pad(line, STYLE_MESSAGE, width);
}

static void draw_bottom(const struct screen *screen, const struct watch *watch,
			const struct screen_text *text, bool roomy)
{
	struct line line;
	size_t last = (size_t)LINES - 1;
	line_start(&line, (size_t)COLS);
	add_keys(&screen->browse, watch, text, &line);
	paint_line(&screen->canvas, last, 0, &line);
	line_start(&line, (size_t)COLS);
	add_message(&screen->browse, text, &line);
	if (line.size > 0)
		paint_line(&screen->canvas, roomy ? last - 1 : last, 0, &line);
}

/* Draws one message, folded at the right edge. */
static void draw_too_small(void)
{
	char text[80];
	snprintf(text, sizeof(text), "too small: %dx%d; reaptop needs %dx%d",
		 COLS, LINES, SCREEN_COLUMNS_MIN, SCREEN_LINES_MIN);
	const char *rest = text;
	for (int row = 0; row < LINES && *rest != '\0'; row++) {
		mvaddnstr(row, 0, rest, COLS);
		rest += strnlen(rest, (size_t)COLS);
	}
}

static void draw_all(struct screen *screen, const struct watch *watch,
		     const struct screen_text *text)
{
	bool roomy = LINES >= ROOMY_LINES;
	const struct area area = {
		.top = roomy ? 1 : 0,
		.height = (size_t)LINES - (roomy ? 3 : 1),
		.width = (size_t)COLS,
		.roomy = roomy,
	};
	struct browse *browse = &screen->browse;
	if (browse->width != area.width) {
		browse->width = area.width;
		browse_refresh_view(browse, watch);
	}
	if (browse->view != NULL)
		tables_draw_view(&screen->canvas, browse, watch, &area);
	else
		tables_draw(&screen->canvas, browse, watch, &area,
			    &screen->map);
	if (watch->count == 0 && browse->view == NULL)
		mvaddstr((int)area.top, 0, "no process has zombies");
	if (roomy)
		draw_title(screen, watch, text);
	draw_bottom(screen, watch, text, roomy);
}

void screen_sampled(struct screen *screen, const struct watch *watch)
{
	screen->browse.error = 0;
	browse_follow_watch(&screen->browse, watch);
	browse_refresh_view(&screen->browse, watch);
}

void screen_draw(struct screen *screen, const struct watch *watch,
		 const struct screen_text *text)
{
	/* The frames between are left out; after the last one comes a new
	 * one. */
	if (frames_pending() >= 0)
		return;
	terminal_follow_size();
	erase();
	browse_follow_watch(&screen->browse, watch);
	if (COLS < SCREEN_COLUMNS_MIN || LINES < SCREEN_LINES_MIN)
		draw_too_small();
	else
		draw_all(screen, watch, text);
	terminal_update();
}

struct input *screen_input(struct screen *screen)
{
	return &screen->input;
}

bool screen_is_typing(const struct screen *screen)
{
	return search_is_open(&screen->browse.search);
}

static void take_mouse(struct screen *screen, const struct watch *watch)
{
	const struct input_key *key = &screen->input.key;
	struct browse *browse = &screen->browse;
	if (key->mouse == INPUT_WHEEL_UP)
		browse_move(browse, watch, -WHEEL_ROWS);
	else if (key->mouse == INPUT_WHEEL_DOWN)
		browse_move(browse, watch, WHEEL_ROWS);
	else if (browse->view == NULL)
		tables_click(browse, watch, &screen->map, key->column,
			     key->line);
}

enum action screen_take_key(struct screen *screen, const struct watch *watch,
			    int key)
{
	struct browse *browse = &screen->browse;
	browse_follow_watch(browse, watch);
	if (search_is_open(&browse->search)) {
		browse_search_key(browse, watch, key);
		return ACTION_NONE;
	}
	browse->search.failed = false; /* that was told */
	enum action action = keys_action(key);
	if (action == ACTION_MOUSE)
		take_mouse(screen, watch);
	else if (action == ACTION_REDRAW)
		terminal_repaint();
	else if (!browse_act(browse, watch, action))
		return action == ACTION_BACK ? ACTION_QUIT : action;
	return ACTION_NONE;
}

struct server *screen_server(const struct screen *screen,
			     const struct watch *watch)
{
	return browse_server(&screen->browse, watch);
}

const struct child *screen_child(const struct screen *screen,
				 const struct watch *watch)
{
	return browse_child(&screen->browse, watch);
}
