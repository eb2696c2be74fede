/* The screen: the servers' panels, or a view of one server, between a title and
 * the keys. */
#ifndef REAP_SCREEN_SCREEN_H
#define REAP_SCREEN_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/screen/input.h"
#include "reaptop/screen/keys.h"
#include "reaptop/screen/prompt.h"
#include "reaptop/screen/view.h"
#include "reaptop/watch/watch.h"

struct screen;

/* Options of the look. */
struct screen_options {
	bool ascii; /* no line-drawing characters, no blocks */
	bool mono;  /* no colours */
	const struct view *const *views; /* NULL at the end; they must stay */
};

/* Text to show beside the servers. */
struct screen_text {
	const char *title;   /* behind the program's name: ours, ASCII */
	const char *message; /* above the keys; may be anything */
	const struct prompt *prompt; /* in place of the message; NULL: none */
	int64_t delay;               /* between samples, in nanoseconds */
	bool paused;
	bool read_only; /* there are no keys that act on servers */
};

/* Takes the terminal over. Returns NULL after complaining. */
struct screen *screen_open(const struct screen_options *options);

/* Gives the terminal back. NULL is allowed. */
void screen_close(struct screen *screen);

/* Takes a new sample in. */
void screen_sampled(struct screen *screen, const struct watch *watch);

/* Draws the last sample. Only changes are sent to the terminal. Does nothing as
 * long as the terminal has not taken the whole frame before. Never waits. */
void screen_draw(struct screen *screen, const struct watch *watch,
		 const struct screen_text *text);

/* Returns the keys of the terminal, for the caller to read and to take. */
struct input *screen_input(struct screen *screen);

/* Returns true while a text is being typed, which takes all keys. */
bool screen_is_typing(const struct screen *screen);

/* Acts on a key. Returns an action that the caller must carry out: ACTION_QUIT,
 * ACTION_PAUSE, ACTION_STEP, ACTION_FASTER, ACTION_SLOWER, or ACTION_NONE. Draw
 * afterwards. */
enum action screen_take_key(struct screen *screen, const struct watch *watch,
			    int key);

/* Return the selected server, and its selected child; NULL if there is none. */
struct server *screen_server(const struct screen *screen,
			     const struct watch *watch);
const struct child *screen_child(const struct screen *screen,
				 const struct watch *watch);

#endif
