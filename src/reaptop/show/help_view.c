/* The help, as a view: every key, and what the marks mean. */
#include "reaptop/show/help_view.h"

#include "reaptop/show/keys.h"

enum { WHAT_BEGIN = 19 };

/* It has no state, but NULL would mean that memory is short. */
static char nothing;

static void *help_open(void)
{
	return &nothing;
}

static void help_close(void *state)
{
	(void)state;
}

static int help_update(void *state, const struct view_subject *subject)
{
	(void)state;
	(void)subject;
	return 0;
}

static size_t help_count(const void *state)
{
	(void)state;
	return keys_help_count();
}

static void help_row(const void *state, size_t number, size_t width,
		     struct line *line)
{
	const struct key_help *help = keys_help(number);
	(void)state;
	line_start(line, width);
	if (help->keys[0] == '\0') {
		line_add(line, STYLE_NAME, help->what);
		return;
	}
	line_add(line, STYLE_PLAIN, " ");
	line_add(line, STYLE_NAME, help->keys);
	line_add(line, STYLE_PLAIN, " ");
	line_pad(line, STYLE_PLAIN, WHAT_BEGIN);
	line_add(line, STYLE_PLAIN, help->what);
}

const struct view help_view = {
	.title = "Help",
	.keys = "",
	.open = help_open,
	.close = help_close,
	.update = help_update,
	.count = help_count,
	.row = help_row,
};
