/* A question in the bottom line, and the text of a search. */
#include "reaptop/screen/prompt.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/words/wording.h"

enum {
	CONTROL_C = 'C' - '@',
	CONTROL_G = 'G' - '@',
	CONTROL_H = 'H' - '@',
	CONTROL_U = 'U' - '@',
	ESCAPE = 27,
	DELETE = 127,
};

static void ask(struct prompt *prompt, enum prompt_kind kind,
		const char *question)
{
	*prompt = (struct prompt){.state = PROMPT_OPEN, .kind = kind};
	snprintf(prompt->question, sizeof(prompt->question), "%s", question);
}

static void begin_with(struct prompt *prompt, const char *text)
{
	snprintf(prompt->text, sizeof(prompt->text), "%s", text);
	prompt->size = strlen(prompt->text);
	prompt->untouched = true;
}

void prompt_ask_text(struct prompt *prompt, const char *question,
		     const char *text)
{
	ask(prompt, PROMPT_TEXT, question);
	begin_with(prompt, text);
}

void prompt_ask_number(struct prompt *prompt, const char *question, long number,
		       long least, long most)
{
	char text[24];
	ask(prompt, PROMPT_NUMBER, question);
	snprintf(text, sizeof(text), "%ld", number);
	begin_with(prompt, text);
	prompt->number = number;
	prompt->least = least;
	prompt->most = most;
}

void prompt_ask_yes(struct prompt *prompt, const char *question)
{
	ask(prompt, PROMPT_YES, question);
}

void prompt_ask_choice(struct prompt *prompt, const char *question,
		       const char *const *choices, size_t count)
{
	ask(prompt, PROMPT_CHOICE, question);
	prompt->choices = choices;
	prompt->choice_count = count;
}

bool prompt_is_open(const struct prompt *prompt)
{
	return prompt->state == PROMPT_OPEN;
}

bool prompt_asks_yes(const struct prompt *prompt)
{
	return prompt_is_open(prompt) && prompt->kind == PROMPT_YES;
}

static bool is_enter(int key)
{
	return key == '\r' || key == '\n' || key == KEY_ENTER;
}

/* Drops the last character, all bytes of it if it is UTF-8. */
static void erase_last(struct prompt *prompt)
{
	prompt->untouched = false;
	while (prompt->size > 0) {
		unsigned char byte =
			(unsigned char)prompt->text[--prompt->size];
		if ((byte & 0xc0) != 0x80)
			break;
	}
	prompt->text[prompt->size] = '\0';
}

static void wipe(struct prompt *prompt)
{
	prompt->untouched = false;
	prompt->size = 0;
	prompt->text[0] = '\0';
}

static void type(struct prompt *prompt, int key)
{
	if (prompt->kind == PROMPT_NUMBER && (key < '0' || key > '9'))
		return;
	if (prompt->untouched)
		wipe(prompt);
	if (prompt->size + 1 == sizeof(prompt->text))
		return;
	prompt->text[prompt->size++] = (char)key;
	prompt->text[prompt->size] = '\0';
}

/* Stores the number typed. Returns whether it may be the answer. */
static bool take_number(struct prompt *prompt)
{
	if (prompt->size == 0 || prompt->size > 9)
		return false;
	prompt->number = strtol(prompt->text, NULL, 10);
	return prompt->number >= prompt->least &&
	       prompt->number <= prompt->most;
}

static enum prompt_state take_typed(struct prompt *prompt, int key)
{
	if (is_enter(key)) {
		if (prompt->kind == PROMPT_TEXT || take_number(prompt))
			prompt->state = PROMPT_ANSWERED;
	} else if (key == KEY_BACKSPACE || key == CONTROL_H || key == DELETE) {
		erase_last(prompt);
	} else if (key == CONTROL_U) {
		wipe(prompt);
	} else if (key >= ' ' && key <= 0xff) {
		type(prompt, key);
	}
	return prompt->state;
}

static void choose_by(struct prompt *prompt, size_t by)
{
	wipe(prompt);
	prompt->chosen = (prompt->chosen + by) % prompt->choice_count;
}

/* Chooses the first that begins with what was typed, from place `from` on in a
 * circle. Returns false if there is none. */
static bool choose_typed(struct prompt *prompt, size_t from)
{
	for (size_t i = 0; i < prompt->choice_count; i++) {
		size_t at = (from + i) % prompt->choice_count;
		if (strncmp(prompt->choices[at], prompt->text, prompt->size) ==
		    0) {
			prompt->chosen = at;
			return true;
		}
	}
	return false;
}

/* Adds a letter to the name begun. If no name begins so, the letter begins
 * another: one letter typed again and again walks through its names. */
static void choose_letter(struct prompt *prompt, int key)
{
	if (key <= ' ' || key > 0xff)
		return;
	type(prompt, key);
	if (choose_typed(prompt, prompt->chosen))
		return;
	wipe(prompt);
	type(prompt, key);
	if (!choose_typed(prompt, prompt->chosen + 1))
		wipe(prompt);
}

static enum prompt_state take_choice(struct prompt *prompt, int key)
{
	switch (key) {
	case KEY_RIGHT:
	case KEY_DOWN:
	case '\t':
		choose_by(prompt, 1);
		break;
	case KEY_LEFT:
	case KEY_UP:
	case KEY_BTAB:
		choose_by(prompt, prompt->choice_count - 1);
		break;
	default:
		if (is_enter(key))
			prompt->state = PROMPT_ANSWERED;
		else
			choose_letter(prompt, key);
		break;
	}
	return prompt->state;
}

enum prompt_state prompt_take_key(struct prompt *prompt, int key)
{
	if (prompt->state != PROMPT_OPEN)
		return prompt->state;
	if (key == ESCAPE || key == CONTROL_C || key == CONTROL_G) {
		prompt->state = PROMPT_CANCELLED;
		return prompt->state;
	}
	switch (prompt->kind) {
	case PROMPT_YES:
		prompt->state = key == 'y' || key == 'Y' ? PROMPT_ANSWERED
							 : PROMPT_CANCELLED;
		return prompt->state;
	case PROMPT_CHOICE:
		return take_choice(prompt, key);
	default:
		return take_typed(prompt, key);
	}
}

/* Returns the end of what was typed that fits into so many columns, if each
 * character takes one. */
static const char *visible_end(const struct prompt *prompt, size_t columns)
{
	const char *from = prompt->text;
	size_t characters = 0;
	for (const char *at = from; *at != '\0'; at++)
		characters += ((unsigned char)*at & 0xc0) != 0x80;
	while (characters > columns) {
		do {
			from++;
		} while (((unsigned char)*from & 0xc0) == 0x80);
		characters--;
	}
	return from;
}

static void draw_typed(const struct prompt *prompt, struct line *line)
{
	size_t room = line->width - line->columns;
	if (prompt->untouched && prompt->size > 0) {
		line_add_foreign(line, STYLE_CHOSEN, prompt->text);
	} else {
		line_add_foreign(line, STYLE_PLAIN,
				 visible_end(prompt, room > 1 ? room - 1 : 0));
		line_add(line, STYLE_CHOSEN, " ");
	}
	if (prompt->kind == PROMPT_NUMBER)
		line_format(line, STYLE_FAINT, "  %ld to %ld", prompt->least,
			    prompt->most);
	line_add(line, STYLE_FAINT, "  Enter, Esc");
}

/* Draws the choices from `first` on, as far as they fit. Returns whether the
 * chosen one is among them. */
static bool draw_choices(const struct prompt *prompt, size_t first,
			 struct line *line)
{
	bool shown = false;
	if (first > 0)
		line_add(line, STYLE_FAINT, "< ");
	for (size_t i = first; i < prompt->choice_count; i++) {
		size_t size = strlen(prompt->choices[i]);
		size_t more = i + 1 < prompt->choice_count ? 2 : 0;
		if (line->columns + size + more > line->width) {
			line_add(line, STYLE_FAINT, ">");
			return shown;
		}
		line_add(line, i == prompt->chosen ? STYLE_CHOSEN : STYLE_PLAIN,
			 prompt->choices[i]);
		line_add(line, STYLE_PLAIN, " ");
		shown = shown || i == prompt->chosen;
	}
	return shown;
}

#define YES_HINT "y, or any other key for no"
static void draw_question(const struct prompt *prompt, size_t width,
			  struct line *line)
{
	line_start(line, width);
	if (prompt->kind == PROMPT_YES && /* what is cut off must not be this */
	    strlen(prompt->question) + sizeof(YES_HINT) > width)
		line_add(line, STYLE_FAINT, "y/n: ");
	line_add_foreign(line, STYLE_MESSAGE, prompt->question);
	line_add(line, STYLE_PLAIN, " ");
}

void prompt_draw(const struct prompt *prompt, size_t width, struct line *line)
{
	draw_question(prompt, width, line);
	switch (prompt->kind) {
	case PROMPT_YES:
		line_add(line, STYLE_FAINT, YES_HINT);
		break;
	case PROMPT_CHOICE:
		for (size_t first = 0; !draw_choices(prompt, first, line) &&
				       first < prompt->chosen;
		     first++)
			draw_question(prompt, width, line);
		break;
	default:
		draw_typed(prompt, line);
		break;
	}
}

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
