/* What the user looks at, kept true as samples come and go. What keys
 * do: browse_act.c; how the cursor moves: browse_move.c. */
#include "reaptop/screen/browse.h"

#include <errno.h>

enum { SAMPLES_WITHOUT_PEERS = 4 /* between two looks at sockets */ };

void browse_free(struct browse *browse)
{
	for (size_t i = 0; i < WATCH_SERVERS_MAX; i++) {
		order_free(&browse->tables[i].order);
		connections_free(&browse->tables[i].connections);
	}
	if (browse->view != NULL)
		browse->view->close(browse->view_state);
	*browse = (struct browse){0};
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

/* The watch drops servers, and adds others: tables move along with theirs. */
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
	/* It takes the place of one that is not shown any more, if it can. */
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

/* The cursor goes where its process went; if that is not shown any more, it
 * stays in its row. */
static void follow_cursor(struct browse_table *table)
{
	const struct order *order = &table->order;
	if (table->pid == 0)
		return;
	size_t row = order_find(order, table->pid, table->start_ticks,
				table->cursor);
	if (row == SIZE_MAX) {
		row = table->cursor;
		if (row >= order->count)
			row = order->count - 1;
		table->pid = 0;
		if (order->count == 0)
			return;
		table->pid = order->rows[row]->stat.pid;
		table->start_ticks = order->rows[row]->stat.start_ticks;
	}
	table->cursor = row;
}

/* Where no peers are shown, all that is told is how many connections the server
 * itself holds: a look now and then is enough. */
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

void browse_open(struct browse *browse, const struct watch *watch,
		 const struct view *view)
{
	if (browse->view != NULL)
		browse->view->close(browse->view_state);
	browse->view = view;
	browse->view_first = 0;
	if (view == NULL)
		return;
	browse->view_at_end = view->from_end;
	browse->view_state = view->open();
	if (browse->view_state == NULL) {
		browse->error = ENOMEM;
		browse->view = NULL;
	}
	browse_refresh_view(browse, watch);
}

void browse_select(struct browse *browse, const struct watch *watch,
		   size_t server, size_t row)
{
	browse->chosen = server;
	struct browse_table *table = browse_refresh(browse, watch, server);
	if (row < table->order.count) {
		table->cursor = row;
		table->pid = table->order.rows[row]->stat.pid;
		table->start_ticks = table->order.rows[row]->stat.start_ticks;
	}
	browse_refresh_view(browse, watch);
}

void browse_sort(struct browse *browse, enum sort_key key)
{
	browse->choice.reversed =
		browse->choice.key == key && !browse->choice.reversed;
	browse->choice.key = key;
}
