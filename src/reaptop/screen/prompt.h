/* A question in the bottom line: a text or a number to type, yes or no, or one
 * of a list. It reads keys as curses gives them and makes a line of text; who
 * asks decides what comes of the answer. */
#ifndef REAP_SCREEN_PROMPT_H
#define REAP_SCREEN_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/words/line.h"

enum {
	PROMPT_QUESTION_SIZE = 128,
	PROMPT_TEXT_SIZE = 128,
};

enum prompt_kind {
	PROMPT_TEXT,
	PROMPT_NUMBER,
	PROMPT_YES,
	PROMPT_CHOICE,
};

enum prompt_state {
	PROMPT_CLOSED, /* nothing is asked; what a zeroed prompt is */
	PROMPT_OPEN,
	PROMPT_ANSWERED,
	PROMPT_CANCELLED,
};

struct prompt {
	enum prompt_state state;
	enum prompt_kind kind;
	char question[PROMPT_QUESTION_SIZE];
	/* What was typed: the answer of a text, in the terminal's encoding. */
	char text[PROMPT_TEXT_SIZE];
	size_t size;
	bool untouched; /* the first letter typed replaces the whole */
	long number;    /* the answer of a number */
	long least, most;
	size_t chosen; /* the answer of a choice */
	const char *const *choices;
	size_t choice_count;
};

/* Each opens a question; the question and a text to begin with are copied, the
 * choices, of which there is at least one, are not and must stay. */
void prompt_ask_text(struct prompt *prompt, const char *question,
		     const char *text);
void prompt_ask_number(struct prompt *prompt, const char *question, long number,
		       long least, long most);
void prompt_ask_yes(struct prompt *prompt, const char *question);
void prompt_ask_choice(struct prompt *prompt, const char *question,
		       const char *const *choices, size_t count);

/* Takes a key and returns the state after it. Enter answers, if what was typed
 * may be an answer; Esc, Ctrl-C and Ctrl-G cancel; Ctrl-U wipes. For yes: `y`
 * answers, every other key cancels. For a choice: arrows, Tab, or the
 * letters it begins with. */
enum prompt_state prompt_take_key(struct prompt *prompt, int key);

/* True while a question is open: all keys are for it. */
bool prompt_is_open(const struct prompt *prompt);

/* Returns whether a question for a yes is open. */
bool prompt_asks_yes(const struct prompt *prompt);

void prompt_close(struct prompt *prompt);

/* Draws the question and what was answered so far into an empty line of the
 * given width; its end stays in view when there is no room for all. */
void prompt_draw(const struct prompt *prompt, size_t width, struct line *line);

#endif
