/* The rows of the sockets view. */
#include "reaptop/views/sockets_rows.h"

#include <netinet/tcp.h>

#include "reaptop/words/tcp_wording.h"

/* Columns. Narrow screens do without the client's address, then without its
 * state. */
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

/* Who holds a listening socket: the parent, and how many besides it. */
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

void sockets_row_listening(const struct connections *connections,
			   const struct tcp_socket *socket, struct line *line)
{
	char text[TCP_ENDPOINT_SIZE];
	bool details = connections->listening.details;
	if (line->width < WIDTH_FOR_ADDRESSES) {
		line_format(line, STYLE_NAME, ":%u", socket->local.port);
	} else {
		line_add(line, STYLE_NAME, "LISTEN ");
		line_add(line, STYLE_PLAIN,
			 tcp_wording_endpoint(&socket->local, text));
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
		    tcp_wording_state(state));
	line_format(line, STYLE_NAME, " %zu", count);
}

void sockets_row_sums(const struct connections *connections, struct line *line)
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

void sockets_row_heading(struct line *line)
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
			 tcp_wording_state(socket->state));
	line_pad(line, STYLE_PLAIN, column);
}

/* What it means that no process of the tree holds it. */
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

/* A parent that keeps what a child serves, or what its client has left. */
static bool is_forgotten(const struct connection *connection)
{
	return connection->parent_keeps &&
	       (connection->holder_count > 1 ||
		connection->at_server->state == TCP_CLOSE_WAIT);
}

/* The parent first, as it is the one that should not be there, then others by
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

void sockets_row_connection(const struct connections *connections,
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
			 tcp_wording_endpoint(&connection->client, text));
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
