/* The help, as a view: every key, and what the marks mean. */
#include <string.h>

#include "reaptop/screen/keys.h"
#include "reaptop/views/views.h"
#include "reaptop/words/line.h"

enum {
	WHAT_BEGIN = 19,
	/* On narrower screens the explanation stands below its key. */
	WIDTH_FOR_TWO = 56,
	WHAT_BEGIN_BELOW = 4,
};

/* Returns how much of a text goes into a row: whole words, if one fits. */
static size_t fitting(const char *text, size_t room)
{
	size_t size = strlen(text);
	if (size <= room)
		return size;
	for (size_t i = room; i > 0; i--)
		if (text[i] == ' ')
			return i;
	return room;
}

/* Adds a text to a row that has reached column `begin`, and continues below. */
static void add_wrapped(struct rows *rows, enum style style, const char *text,
			size_t begin, size_t width)
{
	size_t room = width > begin ? width - begin : 1;
	for (;;) {
		size_t size = fitting(text, room);
		rows_format(rows, style, "%.*s", (int)size, text);
		text += size;
		text += strspn(text, " ");
		if (*text == '\0')
			return;
		rows_begin(rows);
		rows_format(rows, STYLE_PLAIN, "%*s", (int)begin, "");
	}
}

static void add_key(struct rows *rows, const struct key_help *help,
		    size_t width)
{
	size_t begin = width < WIDTH_FOR_TWO ? WHAT_BEGIN_BELOW : WHAT_BEGIN;
	size_t reached = 1 + strlen(help->keys);
	rows_begin(rows);
	rows_add(rows, STYLE_PLAIN, " ");
	rows_add(rows, STYLE_NAME, help->keys);
	if (reached >= begin) {
		rows_begin(rows);
		reached = 0;
	}
	rows_format(rows, STYLE_PLAIN, "%*s", (int)(begin - reached), "");
	add_wrapped(rows, STYLE_PLAIN, help->what, begin, width);
}

static int help_update(void *state, const struct view_subject *subject)
{
	struct rows *rows = state;
	rows_clear(rows);
	for (size_t i = 0; i < keys_help_count(); i++) {
		const struct key_help *help = keys_help(i);
		if (help->keys[0] == '\0') {
			rows_begin(rows);
			add_wrapped(rows, STYLE_NAME, help->what, 0,
				    subject->width);
		} else {
			add_key(rows, help, subject->width);
		}
	}
	return rows_result(rows);
}

const struct view help_view = {
	.opened_by = ACTION_HELP,
	.title = "Help",
	.serverless = true,
	.state_size = sizeof(struct rows),
	.close = rows_free,
	.update = help_update,
	.count = rows_count,
	.row = rows_draw,
};
