/* The screen: one panel per server, side by side. */
#ifndef REAP_SHOW_SCREEN_H
#define REAP_SHOW_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/show/prompt.h"
#include "reaptop/watch/watch.h"

struct screen;

/* What is shown beside the servers. */
struct screen_text {
	const char *title;   /* behind the program's name: ours, ASCII */
	const char *message; /* above the keys; may be anything */
	const struct prompt *prompt; /* in place of the message; NULL: none */
	int64_t delay;               /* between samples, in nanoseconds */
};

/* Takes the terminal over. NULL after complaining. */
struct screen *screen_open(void);

/* Gives the terminal back. NULL is allowed. */
void screen_close(struct screen *screen);

/* Draws the last sample; only what changed is sent to the terminal. */
void screen_draw(struct screen *screen, const struct watch *watch,
		 const struct screen_text *text);

/* The next key that was pressed, as curses gives it, or SCREEN_NO_KEY. A resize
 * comes as a key too. Never waits. */
enum { SCREEN_NO_KEY = -1 };
int screen_next_key(void);

/* Acts on a key. Returns true when the user wants to leave. Draw afterwards. */
bool screen_take_key(struct screen *screen, const struct watch *watch, int key);

/* The selected server, and in it the selected child; NULL if there is none. */
struct server *screen_server(const struct screen *screen,
			     const struct watch *watch);
const struct child *screen_child(const struct screen *screen,
				 const struct watch *watch);

#endif
