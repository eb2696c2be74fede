/* What the user looks at: follows the samples, moves and scrolls, searches, and
 * acts on keys. */
#include "reaptop/screen/browse.h"

#include <errno.h>
#include <stdlib.h>

enum { SAMPLES_WITHOUT_PEERS = 4 /* between two looks at sockets */ };

static void close_view(struct browse *browse)
{
	if (browse->view != NULL)
		browse->view->close(browse->view_state);
	free(browse->view_state);
	browse->view = NULL;
	browse->view_state = NULL;
}

void browse_free(struct browse *browse)
{
	for (size_t i = 0; i < WATCH_SERVERS_MAX; i++) {
		order_free(&browse->tables[i].order);
		connections_free(&browse->tables[i].connections);
	}
	close_view(browse);
	*browse = (struct browse){.views = browse->views};
}

static bool is_table_of(const struct browse_table *table,
			const struct server *server)
{
	return table->server == server->stat.pid &&
	       table->server_start == server->stat.start_ticks;
}

static void reset(struct browse_table *table, const struct server *server)
{
	order_free(&table->order);
	connections_free(&table->connections);
	*table = (struct browse_table){
		.server = server->stat.pid,
		.server_start = server->stat.start_ticks,
	};
}

/* Returns the table of a server. A table moves along when the watch drops and
 * adds servers. */
static struct browse_table *find_table(struct browse *browse,
				       const struct watch *watch, size_t number)
{
	const struct server *server = &watch->servers[number];
	struct browse_table *table = &browse->tables[number];
	if (is_table_of(table, server))
		return table;
	for (size_t i = 0; i < WATCH_SERVERS_MAX; i++) {
		struct browse_table other = browse->tables[i];
		if (!is_table_of(&other, server))
			continue;
		browse->tables[i] = *table;
		*table = other;
		return table;
	}
	reset(table, server);
	return table;
}

void browse_follow_watch(struct browse *browse, const struct watch *watch)
{
	const struct browse_table *table = &browse->tables[browse->chosen];
	for (size_t i = 0; i < watch->count; i++) {
		size_t number = (browse->chosen + i) % watch->count;
		if (!is_table_of(table, &watch->servers[number]))
			continue;
		browse->chosen = number;
		return;
	}
	browse->chosen = 0;
}

static void put_cursor(struct browse_table *table, size_t row)
{
	const struct process_stat *stat = &table->order.rows[row]->stat;
	table->cursor = row;
	table->pid = stat->pid;
	table->start_ticks = stat->start_ticks;
}

/* Moves the cursor along with its process; if that is no longer shown, the
 * cursor stays in its row. */
static void follow_cursor(struct browse_table *table)
{
	const struct order *order = &table->order;
	if (table->pid == 0)
		return;
	size_t row = order_find(order, table->pid, table->start_ticks,
				table->cursor);
	if (row == SIZE_MAX)
		row = table->cursor;
	if (order->count == 0)
		table->pid = 0;
	else
		put_cursor(table, row < order->count ? row : order->count - 1);
}

/* Samples the connections, if that is due. Where no peers are shown, only the
 * number of connections that the server itself holds is, and a sample now and
 * then is enough. */
static void refresh_connections(struct browse *browse,
				struct browse_table *table,
				const struct watch *watch,
				const struct server *subject, bool rarely)
{
	uint64_t pause = rarely ? SAMPLES_WITHOUT_PEERS : 1;
	if (table->connected != 0 && watch->number - table->connected < pause)
		return;
	if (connections_sample(&table->connections, watch, subject,
			       CONNECTIONS_CASUAL) != 0)
		browse->error = errno;
	table->connected = watch->number;
}

const struct connections *browse_connections(struct browse *browse,
					     const struct watch *watch,
					     size_t server)
{
	struct browse_table *table = find_table(browse, watch, server);
	refresh_connections(browse, table, watch, &watch->servers[server],
			    true);
	return &table->connections;
}

struct browse_table *browse_refresh(struct browse *browse,
				    const struct watch *watch, size_t server)
{
	struct browse_table *table = find_table(browse, watch, server);
	const struct server *subject = &watch->servers[server];
	if (order_make(&table->order, subject, watch->number,
		       &browse->choice) != 0)
		browse->error = errno;
	follow_cursor(table);
	refresh_connections(browse, table, watch, subject, !table->shows_peers);
	return table;
}

struct server *browse_server(const struct browse *browse,
			     const struct watch *watch)
{
	return browse->chosen < watch->count ? &watch->servers[browse->chosen]
					     : NULL;
}

const struct child *browse_child(const struct browse *browse,
				 const struct watch *watch)
{
	const struct browse_table *table = &browse->tables[browse->chosen];
	const struct server *server = browse_server(browse, watch);
	if (server == NULL || table->pid == 0)
		return NULL;
	const struct child *child =
		child_set_find(&server->children.now, table->pid);
	if (child == NULL || child->stat.start_ticks != table->start_ticks)
		return NULL;
	return child;
}

void browse_refresh_view(struct browse *browse, const struct watch *watch)
{
	const struct browse_table *table = &browse->tables[browse->chosen];
	const struct view_subject subject = {
		.watch = watch,
		.server = browse_server(browse, watch),
		.selected = table->pid,
		.selected_start = table->start_ticks,
		.width = browse->width,
		.ascii = browse->ascii,
	};
	if (browse->view == NULL ||
	    (subject.server == NULL && !browse->view->serverless))
		return;
	if (browse->view->update(browse->view_state, &subject) != 0)
		browse->error = errno;
}

/* Opens a view; with NULL, closes the open one. */
static void open_view(struct browse *browse, const struct watch *watch,
		      const struct view *view)
{
	close_view(browse);
	browse->view_first = 0;
	if (view == NULL)
		return;
	browse->view_at_end = view->from_end;
	browse->view_state = calloc(1, view->state_size);
	if (browse->view_state == NULL)
		browse->error = errno;
	else
		browse->view = view;
	browse_refresh_view(browse, watch);
}

void browse_select(struct browse *browse, const struct watch *watch,
		   size_t server, size_t row)
{
	browse->chosen = server;
	struct browse_table *table = browse_refresh(browse, watch, server);
	if (row < table->order.count)
		put_cursor(table, row);
	browse_refresh_view(browse, watch);
}

void browse_sort(struct browse *browse, enum sort_key key)
{
	browse->choice.reversed =
		browse->choice.key == key && !browse->choice.reversed;
	browse->choice.key = key;
}

/* Returns a + by, from 0 to most. */
static size_t moved(size_t a, long by, size_t most)
{
	if (by < 0)
		return a < (size_t)-by ? 0 : a - (size_t)-by;
	return most - a < (size_t)by ? most : a + (size_t)by;
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

/* Returns how many rows of the view can be scrolled past. */
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

/* Returns whether a row of the view or of the chosen table has the text. */
static bool has_text(const struct browse *browse, const struct watch *watch,
		     size_t row)
{
	struct line line;
	const struct browse_table *table = &browse->tables[browse->chosen];
	if (browse->view == NULL)
		return search_matches_child(
			&browse->search, table->order.rows[row],
			browse_server(browse, watch)->stat.pid);
	line_start(&line, browse->width);
	browse->view->row(browse->view_state, row, &line);
	return search_matches_line(&browse->search, &line);
}

static size_t row_count(const struct browse *browse)
{
	if (browse->view != NULL)
		return browse->view->count(browse->view_state);
	return browse->tables[browse->chosen].order.count;
}

/* Goes to the first row with the text, from row `from` in a circle. */
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

static void begin_search(struct browse *browse)
{
	search_begin(&browse->search);
	browse->searched_from = row_of_now(browse);
}

/* Goes to the next row with the text searched for last. Begins a search if
 * there is none. */
static void search_next(struct browse *browse, const struct watch *watch)
{
	if (!search_has_text(&browse->search))
		begin_search(browse);
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
		search_next(browse, watch);
		break;
	case SEARCH_ENDED:
		break;
	}
}

/* Returns the view that an action opens. */
static const struct view *view_of(const struct browse *browse,
				  enum action action)
{
	const struct view *const *views = browse->views;
	while ((*views)->opened_by != action)
		views++;
	return *views;
}

/* Selects the next server; with `by` one less than their number, the
 * previous. */
static void choose(struct browse *browse, const struct watch *watch, size_t by)
{
	if (watch->count == 0)
		return;
	browse->view_first = 0;
	browse_select(browse, watch, (browse->chosen + by) % watch->count,
		      SIZE_MAX);
}

/* Half the longest way that a table can be scrolled, which cannot overflow. */
enum { VERY_FAR = 1 << 30 };

/* Moves the cursor or scrolls. Returns false for other actions. */
static bool move(struct browse *browse, const struct watch *watch,
		 enum action action)
{
	size_t rows = browse->view != NULL
			      ? browse->view_rows
			      : browse->tables[browse->chosen].rows;
	long page = rows > 2 ? (long)rows - 1 : 1;
	const struct {
		enum action action;
		long by;
	} ways[] = {
		{ACTION_UP, -1},          {ACTION_DOWN, 1},
		{ACTION_PAGE_UP, -page},  {ACTION_PAGE_DOWN, page},
		{ACTION_HOME, -VERY_FAR}, {ACTION_END, VERY_FAR},
	};
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (ways[i].action == action) {
			browse_move(browse, watch, ways[i].by);
			return true;
		}
	return false;
}

static void sort_by_next(struct browse *browse, unsigned by)
{
	browse->choice.key = (enum sort_key)(
		((unsigned)browse->choice.key + by) % SORT_COUNT);
	browse->choice.reversed = false;
}

/* Opens, closes, sorts and selects. Returns false for other actions. */
static bool open_or_order(struct browse *browse, const struct watch *watch,
			  enum action action)
{
	const struct view *view;
	switch (action) {
	case ACTION_TREE:
	case ACTION_SOCKETS:
	case ACTION_EVENTS:
	case ACTION_PROCESS:
	case ACTION_HELP:
		view = view_of(browse, action);
		open_view(browse, watch, browse->view == view ? NULL : view);
		return true;
	case ACTION_BACK:
	case ACTION_ESCAPE:
		if (browse->view == NULL)
			return action == ACTION_ESCAPE;
		open_view(browse, watch, NULL);
		return true;
	case ACTION_NEXT_SERVER:
		choose(browse, watch, 1);
		return true;
	case ACTION_PREVIOUS_SERVER:
		choose(browse, watch, watch->count - 1);
		return true;
	case ACTION_ZOMBIES_ONLY:
		browse->choice.zombies_only = !browse->choice.zombies_only;
		return true;
	case ACTION_SORT_NEXT:
		sort_by_next(browse, 1);
		return true;
	case ACTION_SORT_PREVIOUS:
		sort_by_next(browse, SORT_COUNT - 1);
		return true;
	case ACTION_REVERSE:
		browse->choice.reversed = !browse->choice.reversed;
		return true;
	default:
		return false;
	}
}

bool browse_act(struct browse *browse, const struct watch *watch,
		enum action action)
{
	switch (action) {
	case ACTION_SEARCH:
		begin_search(browse);
		return true;
	case ACTION_SEARCH_NEXT:
		search_next(browse, watch);
		return true;
	default:
		return move(browse, watch, action) ||
		       open_or_order(browse, watch, action);
	}
}
