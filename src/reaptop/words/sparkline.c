/* A count over the last minutes, as a line of bars. Nothing at all still has a
 * bar, the lowest, so that one can tell it from no knowledge. */
#include "reaptop/words/sparkline.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "reaptop/words/wording.h"

enum { LEVELS = 8 };

static const char *bar(size_t level, bool ascii)
{
	static const char *const blocks[LEVELS] = {"▁", "▂", "▃", "▄",
						   "▅", "▆", "▇", "█"};
	static const char *const letters[LEVELS] = {"_", ".", ":", "-",
						    "=", "+", "*", "#"};
	return ascii ? letters[level] : blocks[level];
}

static size_t level_of(uint64_t value, uint64_t most)
{
	if (value == 0 || most == 0)
		return 0;
	return 1 + (size_t)(value * (LEVELS - 2) / most);
}

void sparkline_add(struct line *line, const struct history *history,
		   size_t width, bool ascii)
{
	char count[WORDING_SIZE], text[WORDING_SIZE + 8];
	uint64_t most = 0;
	/* " max " and a count of at most five characters. */
	size_t bars = width > 10 ? width - 10 : 0;
	for (size_t i = 0; i < bars; i++) {
		int64_t value = history_at(history, i);
		if (value > 0 && (uint64_t)value > most)
			most = (uint64_t)value;
	}
	ascii = ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	for (size_t i = bars; i > 0; i--) {
		int64_t value = history_at(history, i - 1);
		if (value < 0)
			line_add(line, STYLE_ZOMBIE, " ");
		else
			line_add_foreign(
				line, STYLE_ZOMBIE,
				bar(level_of((uint64_t)value, most), ascii));
	}
	snprintf(text, sizeof text, " max %s", wording_count(most, count));
	line_add(line, STYLE_FAINT, text);
}
