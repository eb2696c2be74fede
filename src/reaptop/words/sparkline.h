/* A count over the last minutes, as a line of bars. */
#ifndef REAP_WORDS_SPARKLINE_H
#define REAP_WORDS_SPARKLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/watch/history.h"
#include "reaptop/words/line.h"

/* Adds at most `width` bars, the last one of now, and behind them what the
 * highest of them stands for: " max 18". The blocks of Unicode, where the
 * locale has them and `ascii` does not forbid it, else letters of rising ink. */
void sparkline_add(struct line *line, const struct history *history,
		   size_t width, bool ascii);

#endif
