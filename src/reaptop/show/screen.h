/* The screen: one panel per server, side by side. */
#ifndef REAP_SHOW_SCREEN_H
#define REAP_SHOW_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/watch/watch.h"

struct screen;

/* What is shown beside the servers. */
struct screen_text {
	const char *title;   /* behind the program's name: ours, ASCII */
	const char *message; /* above the keys; may be anything */
	int64_t delay;       /* between samples, in nanoseconds */
};

/* Takes the terminal over. NULL after complaining. */
struct screen *screen_open(void);

/* Gives the terminal back. NULL is allowed. */
void screen_close(struct screen *screen);

/* Draws the last sample; only what changed is sent to the terminal. */
void screen_draw(struct screen *screen, const struct watch *watch,
		 const struct screen_text *text);

/* Acts on the keys that were pressed and on a resize. Returns true when the
 * user wants to leave. Draw afterwards. Never waits. */
bool screen_take_keys(struct screen *screen, const struct watch *watch);

#endif
