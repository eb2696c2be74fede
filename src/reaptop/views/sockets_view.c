/* The view of a server's sockets: the listening one with its queue, then each
 * connection with the state of both ends and who holds the server's. */
#include <stdlib.h>

#include "reaptop/screen/view.h"
#include "reaptop/views/sockets_rows.h"
#include "reaptop/watch/connections.h"

/* Rows between listening sockets and connections: sums, a heading. */
enum { ROWS_BETWEEN = 2 };

struct sockets {
	struct connections connections;
	uint32_t *order; /* places in connections.now, as shown */
	size_t capacity;
	bool ended;
};

static void *sockets_open(void)
{
	return calloc(1, sizeof(struct sockets));
}

static void sockets_close(void *state)
{
	struct sockets *sockets = state;
	connections_free(&sockets->connections);
	free(sockets->order);
	free(sockets);
}

/* Those with an end at the server first, in each part the newest first: a row
 * stays where it is while the FINs go back and forth. */
static int compare(const void *one, const void *other, void *items)
{
	const struct connection *a =
		(const struct connection *)items + *(const uint32_t *)one;
	const struct connection *b =
		(const struct connection *)items + *(const uint32_t *)other;
	bool here_a = a->at_server != NULL, here_b = b->at_server != NULL;
	if (here_a != here_b)
		return here_a ? -1 : 1;
	if (a->number != b->number)
		return a->number > b->number ? -1 : 1;
	return (a->client.port > b->client.port) -
	       (a->client.port < b->client.port);
}

static int put_in_order(struct sockets *sockets)
{
	struct connection_set *set = &sockets->connections.now;
	if (set->count > sockets->capacity) {
		uint32_t *order =
			realloc(sockets->order, set->capacity * sizeof *order);
		if (order == NULL)
			return -1;
		sockets->order = order;
		sockets->capacity = set->capacity;
	}
	for (size_t i = 0; i < set->count; i++)
		sockets->order[i] = (uint32_t)i;
	if (set->count > 0)
		qsort_r(sockets->order, set->count, sizeof *sockets->order,
			compare, set->items);
	return 0;
}

static int sockets_update(void *state, const struct view_subject *subject)
{
	struct sockets *sockets = state;
	sockets->ended = subject->server->ended;
	if (connections_sample(&sockets->connections, subject->watch,
			       subject->server, CONNECTIONS_THOROUGH) != 0)
		return -1;
	return put_in_order(sockets);
}

static size_t listening_rows(const struct sockets *sockets)
{
	size_t count = sockets->connections.listening.count;
	return count == 0 ? 1 : count;
}

static size_t sockets_count(const void *state)
{
	const struct sockets *sockets = state;
	return listening_rows(sockets) + ROWS_BETWEEN +
	       sockets->connections.now.count;
}

static void add_no_listening(const struct sockets *sockets, struct line *line)
{
	const char *why = "It listens on no TCP port.";
	if (sockets->ended)
		why = "It has ended, and with it its listening socket.";
	else if (sockets->connections.hidden)
		why = "What it holds may not be seen: another user's process.";
	line_add(line, STYLE_MESSAGE, why);
}

static void sockets_row(const void *state, size_t number, size_t width,
			struct line *line)
{
	const struct sockets *sockets = state;
	const struct connections *connections = &sockets->connections;
	size_t listening = listening_rows(sockets);
	line_start(line, width);
	if (number < listening) {
		if (connections->listening.count == 0)
			add_no_listening(sockets, line);
		else
			sockets_row_listening(
				connections,
				&connections->listening.sockets[number], line);
		return;
	}
	number -= listening;
	if (number == 0)
		sockets_row_sums(connections, line);
	else if (number == 1)
		sockets_row_heading(line);
	else if (number - ROWS_BETWEEN < connections->now.count)
		sockets_row_connection(
			connections,
			&connections->now
				 .items[sockets->order[number - ROWS_BETWEEN]],
			line);
}

const struct view sockets_view = {
	.title = "Sockets",
	.keys = "",
	.open = sockets_open,
	.close = sockets_close,
	.update = sockets_update,
	.count = sockets_count,
	.row = sockets_row,
};
