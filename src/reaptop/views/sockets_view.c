/* The view of a server's sockets: the listening one with its queue, then each
 * connection with the state of both ends and who holds the server's. */
#include <netinet/tcp.h>
#include <stdlib.h>

#include "reaptop/array.h"
#include "reaptop/screen/view.h"
#include "reaptop/views/views.h"
#include "reaptop/watch/connections.h"
#include "reaptop/words/wording.h"

/* Rows between listening sockets and connections: sums, a heading. */
enum { ROWS_BETWEEN = 2 };

struct sockets {
	struct connections connections;
	uint32_t *order; /* places in connections.now, as shown */
	size_t capacity;
	bool ended;
};

/* Columns. Narrow screens leave out the client's address, then its state. */
enum {
	STATE_WIDTH = 12,
	PORT_WIDTH = 7,
	ADDRESS_WIDTH = 22,
	ADDRESS_WIDTH_6 = 48,
	QUEUES_WIDTH = 16,
	WIDTH_FOR_STATES = 38,
	WIDTH_FOR_ADDRESSES = 70,
	WIDTH_FOR_QUEUES = 100,
	WIDTH_FOR_IPV6 = 130,
	HOLDERS_SHOWN = 4,
};

/* Adds the holders of a listening socket: the parent, and how many others. */
static void add_listen_holders(const struct connections *connections,
			       const struct tcp_socket *socket,
			       struct line *line)
{
	const struct holder *holders;
	size_t count =
		connections_listen_holders(connections, socket, &holders);
	size_t others = count;
	line_add(line, STYLE_FAINT, "  held by");
	for (size_t i = 0; i < count; i++)
		if (holders[i].pid == connections->pid) {
			line_format(line, STYLE_PLAIN, " %d parent",
				    connections->pid);
			others--;
		}
	if (others == 1 && count == 1)
		line_format(line, STYLE_PLAIN, " %d", holders[0].pid);
	else if (others > 0)
		line_format(line, STYLE_NAME, "%s %zu child%s",
			    others < count ? " and" : "", others,
			    others == 1 ? "" : "ren");
}

/* Adds a listening socket: its queue, what was dropped as the queue was full,
 * and its holders. */
static void add_listening(const struct connections *connections,
			  const struct tcp_socket *socket, struct line *line)
{
	char text[TCP_ENDPOINT_SIZE];
	bool details = connections->listening.details;
	if (line->width < WIDTH_FOR_ADDRESSES) {
		line_format(line, STYLE_NAME, ":%u", socket->local.port);
	} else {
		line_add(line, STYLE_NAME, "LISTEN ");
		line_add(line, STYLE_PLAIN,
			 wording_endpoint(&socket->local, text));
	}
	line_add(line, STYLE_FAINT, "  queue ");
	if (details) {
		bool full = socket->receive_queue > 0 &&
			    socket->receive_queue >= socket->send_queue;
		line_format(line, full ? STYLE_ALARM : STYLE_NAME, "%u of %u",
			    socket->receive_queue, socket->send_queue);
		line_add(line, STYLE_FAINT, "  dropped ");
		line_format(line, socket->drops > 0 ? STYLE_ALARM : STYLE_NAME,
			    "%u", socket->drops);
	} else {
		line_format(line, STYLE_NAME, "%u of ?", socket->receive_queue);
	}
	add_listen_holders(connections, socket, line);
}

static enum style state_style(uint8_t state)
{
	switch (state) {
	case TCP_CLOSE_WAIT:
	case TCP_FIN_WAIT2:
		return STYLE_FROZEN;
	case TCP_TIME_WAIT:
		return STYLE_FAINT;
	default:
		return STYLE_PLAIN;
	}
}

static void add_sum(struct line *line, const char *end, uint8_t state,
		    size_t count)
{
	if (count == 0)
		return;
	line_add(line, STYLE_PLAIN, "  ");
	line_format(line, state_style(state), "%s%s", end,
		    wording_tcp_state(state));
	line_format(line, STYLE_NAME, " %zu", count);
}

/* Adds how many sockets are in each state at the server; and at clients, in the
 * states that remain when the server's end is gone. */
static void add_sums(const struct connections *connections, struct line *line)
{
	size_t at_server = 0;
	for (unsigned i = 0; i < TCP_STATE_COUNT; i++)
		at_server += connections->at_server[i];
	line_format(line, STYLE_NAME, "%zu", at_server);
	line_format(line, STYLE_FAINT, " connection%s",
		    at_server == 1 ? "" : "s");
	for (unsigned i = 0; i < TCP_STATE_COUNT; i++)
		add_sum(line, "", (uint8_t)i, connections->at_server[i]);
	add_sum(line, "client ", TCP_FIN_WAIT2,
		connections->at_client[TCP_FIN_WAIT2]);
	add_sum(line, "client ", TCP_TIME_WAIT,
		connections->at_client[TCP_TIME_WAIT]);
	if (connections->cut)
		line_add(line, STYLE_FAINT, "+ (more than are shown)");
}

static size_t address_width(size_t width)
{
	if (width < WIDTH_FOR_ADDRESSES)
		return PORT_WIDTH;
	return width < WIDTH_FOR_IPV6 ? ADDRESS_WIDTH : ADDRESS_WIDTH_6;
}

static void add_heading(struct line *line)
{
	size_t width = line->width;
	size_t column = STATE_WIDTH;
	line_add(line, STYLE_HEADING, "SERVER END");
	line_pad(line, STYLE_HEADING, column);
	line_add(line, STYLE_HEADING, "CLIENT");
	column += address_width(width);
	line_pad(line, STYLE_HEADING, column);
	if (width >= WIDTH_FOR_STATES) {
		line_add(line, STYLE_HEADING, "CLIENT END");
		column += STATE_WIDTH;
		line_pad(line, STYLE_HEADING, column);
	}
	if (width >= WIDTH_FOR_QUEUES) {
		line_add(line, STYLE_HEADING, "UNREAD  UNACKED");
		column += QUEUES_WIDTH;
		line_pad(line, STYLE_HEADING, column);
	}
	line_add(line, STYLE_HEADING, "HELD BY");
	line_pad(line, STYLE_HEADING, width);
}

static void add_state(const struct tcp_socket *socket, size_t column,
		      struct line *line)
{
	if (socket == NULL)
		line_add(line, STYLE_FAINT, "-");
	else
		line_add(line, state_style(socket->state),
			 wording_tcp_state(socket->state));
	line_pad(line, STYLE_PLAIN, column);
}

/* Returns what it means that no process of the tree holds the socket. */
static const char *held_by_none(const struct connections *connections,
				const struct connection *connection)
{
	const struct tcp_socket *socket = connection->at_server;
	if (socket == NULL)
		return "-";
	if (socket->inode == 0)
		return socket->state == TCP_ESTABLISHED ||
				       socket->state == TCP_CLOSE_WAIT
			       ? "queued, not accepted yet"
			       : "closed, the kernel ends it";
	return connections->holdings.unread > 0 ? "?" : "another";
}

/* Returns whether the parent keeps a connection that a child serves, or that
 * the client has left. */
static bool is_forgotten(const struct connection *connection)
{
	return connection->parent_keeps &&
	       (connection->holder_count > 1 ||
		connection->at_server->state == TCP_CLOSE_WAIT);
}

/* Adds the parent first, as it should not hold the socket, then others by
 * PID. */
static void add_holders(const struct connections *connections,
			const struct connection *connection, struct line *line)
{
	size_t count = connection->holder_count, shown = 0;
	if (count == 0)
		line_add(line, STYLE_FAINT,
			 held_by_none(connections, connection));
	if (connection->parent_holds) {
		line_format(line,
			    is_forgotten(connection) ? STYLE_ALARM
						     : STYLE_PLAIN,
			    "%d parent", connections->pid);
		shown++;
	}
	for (size_t i = 0; i < count && shown < HOLDERS_SHOWN; i++) {
		if (connection->holders[i].pid == connections->pid)
			continue;
		line_format(line, STYLE_PLAIN, "%s%d", shown > 0 ? ", " : "",
			    connection->holders[i].pid);
		shown++;
	}
	if (shown < count)
		line_format(line, STYLE_PLAIN, " +%zu", count - shown);
}

static void add_queues(const struct tcp_socket *socket, size_t column,
		       struct line *line)
{
	if (socket == NULL)
		line_add(line, STYLE_FAINT, "     -        -");
	else
		line_format(line, STYLE_PLAIN, "%6u %8u", socket->receive_queue,
			    socket->send_queue);
	line_pad(line, STYLE_PLAIN, column);
}

static void add_connection(const struct connections *connections,
			   const struct connection *connection,
			   struct line *line)
{
	char text[TCP_ENDPOINT_SIZE];
	size_t column = STATE_WIDTH, width = line->width;
	add_state(connection->at_server, column, line);
	if (width < WIDTH_FOR_ADDRESSES)
		line_format(line, STYLE_PLAIN, ":%u", connection->client.port);
	else
		line_add(line, STYLE_PLAIN,
			 wording_endpoint(&connection->client, text));
	if (line->columns >= column + address_width(width))
		line_add(line, STYLE_PLAIN, " ");
	column += address_width(width);
	line_pad(line, STYLE_PLAIN, column);
	if (width >= WIDTH_FOR_STATES)
		add_state(connection->at_client, column += STATE_WIDTH, line);
	if (width >= WIDTH_FOR_QUEUES)
		add_queues(connection->at_server, column + QUEUES_WIDTH, line);
	add_holders(connections, connection, line);
}

static void sockets_close(void *state)
{
	struct sockets *sockets = state;
	connections_free(&sockets->connections);
	free(sockets->order);
}

/* Orders connections with an end at the server first, and in each part the
 * newest first, so that a row keeps its place while FINs go back and forth. */
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
	if (ARRAY_RESERVE(sockets->order, sockets->capacity, set->count) != 0)
		return -1;
	for (size_t i = 0; i < set->count; i++)
		sockets->order[i] = (uint32_t)i;
	if (set->count > 0)
		qsort_r(sockets->order, set->count, sizeof(*sockets->order),
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

static void sockets_row(const void *state, size_t number, struct line *line)
{
	const struct sockets *sockets = state;
	const struct connections *connections = &sockets->connections;
	size_t listening = listening_rows(sockets);
	if (number < listening) {
		if (connections->listening.count == 0)
			add_no_listening(sockets, line);
		else
			add_listening(connections,
				      &connections->listening.sockets[number],
				      line);
		return;
	}
	number -= listening;
	if (number == 0)
		add_sums(connections, line);
	else if (number == 1)
		add_heading(line);
	else if (number - ROWS_BETWEEN < connections->now.count)
		add_connection(
			connections,
			&connections->now
				 .items[sockets->order[number - ROWS_BETWEEN]],
			line);
}

const struct view sockets_view = {
	.opened_by = ACTION_SOCKETS,
	.title = "Sockets",
	.state_size = sizeof(struct sockets),
	.close = sockets_close,
	.update = sockets_update,
	.count = sockets_count,
	.row = sockets_row,
};
