/* A search: its text, typed key by key, and where the text is found. */
#include "reaptop/screen/search.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "reaptop/words/wording.h"

void search_begin(struct search *search)
{
	prompt_ask_text(&search->prompt, "Search:", "");
	search->failed = false;
}

bool search_is_open(const struct search *search)
{
	return prompt_is_open(&search->prompt);
}

enum search_step search_take_key(struct search *search, int key)
{
	if (key == KEY_F(3) || key == KEY_DOWN || key == '\t')
		return SEARCH_AGAIN;
	prompt_take_key(&search->prompt, key);
	return search_is_open(search) ? SEARCH_CHANGED : SEARCH_ENDED;
}

bool search_has_text(const struct search *search)
{
	return search->prompt.text[0] != '\0';
}

bool search_matches_child(const struct search *search,
			  const struct child *child, pid_t parent)
{
	const char *wanted = search->prompt.text;
	char text[WORDING_SIZE];
	if (!search_has_text(search))
		return false;
	snprintf(text, sizeof(text), "%d", child->stat.pid);
	return strstr(text, wanted) != NULL ||
	       strcasestr(child->stat.name, wanted) != NULL ||
	       strcasestr(wording_child_state(child, parent), wanted) != NULL ||
	       strcasestr(wording_child_end(child, text), wanted) != NULL;
}

bool search_matches_line(const struct search *search, const struct line *line)
{
	return search_has_text(search) &&
	       strcasestr(line->text, search->prompt.text) != NULL;
}

void search_draw(const struct search *search, size_t width, struct line *line)
{
	prompt_draw(&search->prompt, width, line);
	if (search->failed)
		line_add(line, STYLE_ENDED, "  not found");
	else
		line_add(line, STYLE_FAINT, "  F3 next");
}
