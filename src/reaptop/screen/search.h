/* The text searched for, typed key by key, and what it is found in. */
#ifndef REAP_SCREEN_SEARCH_H
#define REAP_SCREEN_SEARCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "reaptop/screen/prompt.h"
#include "reaptop/watch/child.h"
#include "reaptop/words/line.h"

/* Zero: nothing was ever searched for. */
struct search {
	struct prompt prompt; /* its text is what is searched for */
	bool failed;          /* nothing was found, the last time */
};

enum search_step {
	SEARCH_CHANGED, /* look for the text, from where the search began */
	SEARCH_AGAIN,   /* look for the next one */
	SEARCH_ENDED,   /* with Enter or Esc: stay */
};

/* Begins to take a text; all keys are for it while search_is_open(). */
void search_begin(struct search *search);
bool search_is_open(const struct search *search);

/* Takes a key, as curses gives it. */
enum search_step search_take_key(struct search *search, int key);

/* Whether there is a text to search for. */
bool search_has_text(const struct search *search);

/* Whether the text is part of what is told of a child: its PID, name, state, or
 * end. Upper and lower case are alike. */
bool search_matches_child(const struct search *search,
			  const struct child *child, pid_t parent);

/* Whether it is part of a line. */
bool search_matches_line(const struct search *search, const struct line *line);

/* The text being typed, and whether it is found. */
void search_draw(const struct search *search, size_t width, struct line *line);

#endif
