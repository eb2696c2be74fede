/* The screen: the servers' panels, or a view of one server, between a title and
 * the keys. */
#ifndef REAP_SCREEN_SCREEN_H
#define REAP_SCREEN_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/screen/keys.h"
#include "reaptop/screen/prompt.h"
#include "reaptop/screen/view.h"
#include "reaptop/watch/watch.h"

struct screen;

/* How it is to look. */
struct screen_options {
	bool ascii; /* no line-drawing characters, no blocks */
	bool mono;  /* no colours */
	const struct view *const *views; /* NULL at the end; they must stay */
};

/* What is shown beside the servers. */
struct screen_text {
	const char *title;   /* behind the program's name: ours, ASCII */
	const char *message; /* above the keys; may be anything */
	const struct prompt *prompt; /* in place of the message; NULL: none */
	int64_t delay;               /* between samples, in nanoseconds */
	bool paused;
	bool read_only; /* there are no keys that act on servers */
};

/* Takes the terminal over. NULL after complaining. */
struct screen *screen_open(const struct screen_options *options);

/* Gives the terminal back. NULL is allowed. */
void screen_close(struct screen *screen);

/* Tells that there is a new sample. */
void screen_sampled(struct screen *screen, const struct watch *watch);

/* Draws the last sample; only what changed is sent to the terminal. */
void screen_draw(struct screen *screen, const struct watch *watch,
		 const struct screen_text *text);

/* Reads what the terminal has now. Never waits. */
void screen_read(struct screen *screen);

/* Returns the next key of what was read: a byte, or one of curses's codes; or
 * SCREEN_NO_KEY. */
enum { SCREEN_NO_KEY = -1 };
int screen_next_key(struct screen *screen);

/* Returns when to ask for the next key even if nothing comes: a sequence may have
 * been cut off. By CLOCK_MONOTONIC. */
int64_t screen_next(const struct screen *screen);

/* True once the terminal cannot be read any more. */
bool screen_is_lost(const struct screen *screen);

/* True while a text is being typed that all keys are for. */
bool screen_is_typing(const struct screen *screen);

/* Acts on a key. Returns what is asked for that is not the screen's own affair:
 * ACTION_QUIT, ACTION_PAUSE, ACTION_STEP, ACTION_FASTER, ACTION_SLOWER, or
 * ACTION_NONE. Draw afterwards. */
enum action screen_take_key(struct screen *screen, const struct watch *watch,
			    int key);

/* The selected server, and in it the selected child; NULL if there is none. */
struct server *screen_server(const struct screen *screen,
			     const struct watch *watch);
const struct child *screen_child(const struct screen *screen,
				 const struct watch *watch);

#endif
