/* The last lines of the screen: what is going on, and the keys. */
#ifndef REAP_SCREEN_BOTTOM_H
#define REAP_SCREEN_BOTTOM_H

#include "reaptop/screen/browse.h"
#include "reaptop/screen/screen.h"
#include "reaptop/words/line.h"

/* The keys of use now, the most useful first, as many as there is room for. */
void bottom_keys(const struct browse *browse, const struct watch *watch,
		 const struct screen_text *text, struct line *line);

/* The question that is open, or the message; an empty line if none. */
void bottom_message(const struct browse *browse, const struct screen_text *text,
		    struct line *line);

#endif
