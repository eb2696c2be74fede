/* A question in the bottom line: a text or a number to type, yes or no, or one
 * of a list. It reads keys as curses gives them and makes a line of text; the
 * caller acts on the answer. A search is such a question for a text. */
#ifndef REAP_SCREEN_PROMPT_H
#define REAP_SCREEN_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "reaptop/watch/child.h"
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

/* Open a question. The question and a text to begin with are copied. The
 * choices, at least one, are not copied and must stay. */
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

/* Returns true while a question is open, which takes all keys. */
bool prompt_is_open(const struct prompt *prompt);

/* Returns whether a question for a yes is open. */
bool prompt_asks_yes(const struct prompt *prompt);

/* Draws the question and what was answered so far into an empty line of the
 * given width; its end stays in view when there is no room for all. */
void prompt_draw(const struct prompt *prompt, size_t width, struct line *line);

/* Zero before first use. */
struct search {
	struct prompt prompt; /* its text is what is searched for */
	bool failed;          /* nothing was found, the last time */
};

enum search_step {
	SEARCH_CHANGED, /* look for the text, from where the search began */
	SEARCH_AGAIN,   /* look for the next one */
	SEARCH_ENDED,   /* with Enter or Esc: stay */
};

/* Begins to take a text, which gets all keys while search_is_open(). */
void search_begin(struct search *search);
bool search_is_open(const struct search *search);

/* Takes a key, as curses gives it. */
enum search_step search_take_key(struct search *search, int key);

/* Returns whether there is a text to search for. */
bool search_has_text(const struct search *search);

/* Returns whether the text is part of a child's PID, name, state or end.
 * Ignores case. */
bool search_matches_child(const struct search *search,
			  const struct child *child, pid_t parent);

/* Returns whether the text is part of a line. */
bool search_matches_line(const struct search *search, const struct line *line);

/* Draws the text being typed, and whether it is found. */
void search_draw(const struct search *search, size_t width, struct line *line);

#endif
