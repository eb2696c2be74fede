/* The last lines of the screen: what is going on, and the keys. */
#include "reaptop/screen/bottom.h"

#include <string.h>

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

void bottom_keys(const struct browse *browse, const struct watch *watch,
		 const struct screen_text *text, struct line *line)
{
	const struct hint *hints = table_hints;
	size_t count = sizeof table_hints / sizeof *table_hints;
	if (browse->view != NULL) {
		hints = view_hints;
		count = sizeof view_hints / sizeof *view_hints;
		line_add(line, STYLE_KEY, browse->view->keys);
		if (browse->view->keys[0] != '\0')
			line_add(line, STYLE_PLAIN, " ");
	}
	for (size_t i = 0; i < count; i++)
		if (is_of_use(&hints[i], watch, text))
			add_hint(line, hints[i].key, hints[i].what);
}

void bottom_message(const struct browse *browse, const struct screen_text *text,
		    struct line *line)
{
	size_t width = line->width;
	if (text->prompt != NULL) {
		prompt_draw(text->prompt, width, line);
	} else if (search_is_open(&browse->search)) {
		search_draw(&browse->search, width, line);
	} else if (browse->error != 0) {
		line_format(line, STYLE_ENDED, "not all could be read: %s",
			    strerror(browse->error));
	} else if (browse->search.failed) {
		line_add(line, STYLE_ENDED, "not found: ");
		line_add_foreign(line, STYLE_ENDED, browse->search.prompt.text);
	} else if (text->message[0] != '\0') {
		line_add_foreign(line, STYLE_MESSAGE, text->message);
	} else {
		return;
	}
	/* What is asked, or typed, shows itself what did not fit. */
	if (text->prompt == NULL && !search_is_open(&browse->search))
		line_mark_cut(line);
	line_pad(line, STYLE_MESSAGE, width);
}
