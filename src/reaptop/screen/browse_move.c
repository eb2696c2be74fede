/* How the cursor moves: by rows, to what is searched for; and scrolling, so
 * that it stays in view. */
#include "reaptop/screen/browse.h"

/* a + by, from 0 to most. */
static size_t moved(size_t a, long by, size_t most)
{
	if (by < 0)
		return a < (size_t)-by ? 0 : a - (size_t)-by;
	return most - a < (size_t)by ? most : a + (size_t)by;
}

static void put_cursor(struct browse_table *table, size_t row)
{
	const struct process_stat *stat = &table->order.rows[row]->stat;
	table->cursor = row;
	table->pid = stat->pid;
	table->start_ticks = stat->start_ticks;
}

static void move_cursor(struct browse_table *table, long by)
{
	size_t count = table->order.count;
	if (count == 0)
		return;
	if (table->pid == 0 && by < 0) {
		/* Above the first row there is only the top. */
		table->first = moved(table->first, by, count - 1);
	} else if (table->pid == 0) {
		if (table->first >= count)
			table->first = count - 1;
		put_cursor(table, moved(table->first, by - 1, count - 1));
	} else if (by < 0 && (table->cursor == 0 || by < -(long)count)) {
		table->pid = 0;
		table->first = 0;
	} else {
		put_cursor(table, moved(table->cursor, by, count - 1));
	}
}

/* The most rows of the view that can be scrolled past. */
static size_t view_last_first(const struct browse *browse)
{
	size_t count = browse->view->count(browse->view_state);
	return count > browse->view_rows ? count - browse->view_rows : 0;
}

static void scroll_view(struct browse *browse, size_t first)
{
	browse->view_first = first;
	browse->view_at_end =
		browse->view->from_end && first >= view_last_first(browse);
}

void browse_move(struct browse *browse, const struct watch *watch, long by)
{
	if (browse->view != NULL)
		scroll_view(browse,
			    moved(browse->view_first, by, SIZE_MAX / 2));
	else if (browse_server(browse, watch) != NULL)
		move_cursor(browse_refresh(browse, watch, browse->chosen), by);
}

void browse_fit(struct browse_table *table, size_t rows)
{
	size_t count = table->order.count;
	size_t last = count > rows ? count - rows : 0;
	table->rows = rows;
	if (table->pid != 0 && rows > 0) {
		if (table->cursor < table->first)
			table->first = table->cursor;
		/* The last line may say "+N more". */
		size_t shown = table->cursor + 1 == count || rows == 1
				       ? rows
				       : rows - 1;
		if (table->cursor - table->first >= shown)
			table->first = table->cursor + 1 - shown;
	}
	if (table->first > last)
		table->first = last;
}

void browse_fit_view(struct browse *browse, size_t rows)
{
	browse->view_rows = rows;
	size_t last = view_last_first(browse);
	if (browse->view_first > last || browse->view_at_end)
		browse->view_first = last;
}

/* Whether row `row`, of the view or of the chosen table, has the text. */
static bool has_text(const struct browse *browse, const struct watch *watch,
		     size_t row)
{
	struct line line;
	const struct browse_table *table = &browse->tables[browse->chosen];
	if (browse->view == NULL)
		return search_matches_child(
			&browse->search, table->order.rows[row],
			browse_server(browse, watch)->stat.pid);
	browse->view->row(browse->view_state, row, browse->width, &line);
	return search_matches_line(&browse->search, &line);
}

static size_t row_count(const struct browse *browse)
{
	if (browse->view != NULL)
		return browse->view->count(browse->view_state);
	return browse->tables[browse->chosen].order.count;
}

/* Goes to the first row with the text, from that row on and round. */
static void go_to_text(struct browse *browse, const struct watch *watch,
		       size_t from)
{
	if (browse_server(browse, watch) == NULL)
		return;
	struct browse_table *table =
		browse_refresh(browse, watch, browse->chosen);
	size_t count = row_count(browse);
	browse->search.failed = search_has_text(&browse->search);
	for (size_t i = 0; i < count; i++) {
		size_t row = (from + i) % count;
		if (!has_text(browse, watch, row))
			continue;
		browse->search.failed = false;
		if (browse->view != NULL)
			scroll_view(browse, row);
		else
			put_cursor(table, row);
		return;
	}
}

static size_t row_of_now(const struct browse *browse)
{
	const struct browse_table *table = &browse->tables[browse->chosen];
	if (browse->view != NULL)
		return browse->view_first;
	return table->pid != 0 ? table->cursor : table->first;
}

void browse_search(struct browse *browse)
{
	search_begin(&browse->search);
	browse->searched_from = row_of_now(browse);
}

void browse_search_next(struct browse *browse, const struct watch *watch)
{
	if (!search_has_text(&browse->search))
		browse_search(browse);
	else
		go_to_text(browse, watch, row_of_now(browse) + 1);
}

void browse_search_key(struct browse *browse, const struct watch *watch,
		       int key)
{
	switch (search_take_key(&browse->search, key)) {
	case SEARCH_CHANGED:
		go_to_text(browse, watch, browse->searched_from);
		break;
	case SEARCH_AGAIN:
		browse_search_next(browse, watch);
		break;
	case SEARCH_ENDED:
		break;
	}
}
