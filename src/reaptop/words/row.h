/* A child as one row of a table, and the heading above such rows. How many
 * columns there are depends on the width. */
#ifndef REAP_WORDS_ROW_H
#define REAP_WORDS_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/watch/connections.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/line.h"
#include "reaptop/words/order.h"

/* From this width on rows tell the peers of live children. */
enum { ROW_WIDTH_WITH_PEER = 60 };

/* What rows are made with. */
struct row_look {
	const struct watch *watch;
	const struct server *server;
	const struct connections *connections; /* NULL: not known */
	size_t width;
	/* The column to mark; SORT_COUNT for none. */
	enum sort_key sorted_by;
	bool reversed;
	bool steady; /* nothing is marked for a moment: it is text that stays */
};

void row_heading(const struct row_look *look, struct line *line);

void row_child(const struct row_look *look, const struct child *child,
	       struct line *line);

/* The column at this place of the heading; SORT_COUNT if it has no order. */
enum sort_key row_column_at(const struct row_look *look, size_t place);

#endif
