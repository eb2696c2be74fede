/* The TCP side of a watched server: the kernel's list of sockets joined with
 * what the processes of the tree hold. */
#include "reaptop/watch/connections.h"

#include <netinet/tcp.h>
#include <string.h>

#include "reaptop/watch/connections_past.h"

enum {
	LISTENING_MAX = 4096,
	/* A client that closes first leaves a socket in TIME_WAIT for a minute,
	 * on this machine if it is here. A few thousand show that as well as
	 * a hundred thousand. */
	CONNECTIONS_MAX = 40000,
	TIME_WAIT_MAX = 2000,
	LOOK_FOR_SIX = 8,
};

void connections_free(struct connections *connections)
{
	tcp_table_free(&connections->listening);
	tcp_table_free(&connections->table);
	connection_set_free(&connections->now);
	connection_set_free(&connections->before);
	holdings_free(&connections->holdings);
	served_free(&connections->served);
	*connections = (struct connections){0};
}

static void start_afresh_if_other(struct connections *connections,
				  const struct server *server)
{
	if (connections->pid == server->stat.pid &&
	    connections->start_ticks == server->stat.start_ticks)
		return;
	connections_free(connections);
	connections->pid = server->stat.pid;
	connections->start_ticks = server->stat.start_ticks;
}

static int add_descendants(struct holdings *holdings,
			   const struct descendant_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct process_stat *stat = &list->items[i].stat;
		if (!process_stat_is_final(stat) &&
		    stat->state != CHILD_STATE_HIDDEN &&
		    holdings_add(holdings, stat->pid, stat->start_ticks) != 0)
			return -1;
	}
	return 0;
}

/* Whoever may hold a socket of the server: zombies cannot. */
static int read_holdings(struct connections *connections,
			 const struct watch *watch, const struct server *server,
			 long budget)
{
	struct holdings *holdings = &connections->holdings;
	const struct child_set *children = &server->children.now;
	holdings_begin(holdings);
	if (!server->ended && holdings_add(holdings, server->stat.pid,
					   server->stat.start_ticks) != 0)
		return -1;
	for (size_t i = 0; i < children->count; i++) {
		const struct child *child = &children->items[i];
		if (process_stat_is_final(&child->stat) ||
		    child_is_hidden(child))
			continue;
		if (holdings_add(holdings, child->stat.pid,
				 child->stat.start_ticks) != 0)
			return -1;
	}
	return add_descendants(holdings, &server->descendants.now) != 0
		       ? -1
		       : holdings_read(holdings, watch->proc, server->stat.pid,
				       budget);
}

/* Keeps of the namespace's listening sockets those that the tree holds. */
static int read_listening(struct connections *connections,
			  const struct watch *watch,
			  const struct server *server)
{
	struct tcp_table *listening = &connections->listening;
	const struct tcp_query query = {
		.states = UINT32_C(1) << TCP_LISTEN,
		.limit = LISTENING_MAX,
	};
	listening->count = 0;
	if (tcp_table_read(watch->proc, server->directory, &query, listening) !=
	    0)
		return -1;
	size_t kept = 0;
	for (size_t i = 0; i < listening->count; i++) {
		const struct holder *first;
		const struct tcp_socket *socket = &listening->sockets[i];
		if (holdings_find(&connections->holdings, socket->inode,
				  &first) > 0)
			listening->sockets[kept++] = *socket;
	}
	listening->count = kept;
	return 0;
}

static bool has_port(const struct tcp_query *query, uint16_t port)
{
	for (size_t i = 0; i < query->port_count; i++)
		if (query->ports[i] == port)
			return true;
	return false;
}

/* IPv6 sockets cost a question of their own. If it is not to one that a client
 * connects, it may still use one (an IPv4 address fits into an IPv6 one), which
 * is looked for now and then. */
static bool wants_six(const struct connections *connections)
{
	for (size_t i = 0; i < connections->listening.count; i++)
		if (connections->listening.sockets[i].six)
			return true;
	return connections->has_six || connections->samples % LOOK_FOR_SIX == 0;
}

static int read_table(struct connections *connections,
		      const struct watch *watch, const struct server *server,
		      bool time_wait)
{
	const struct tcp_table *listening = &connections->listening;
	struct tcp_table *table = &connections->table;
	struct tcp_query query = {
		.states = ~(UINT32_C(1) << TCP_LISTEN),
		.limit = CONNECTIONS_MAX,
		.time_wait_limit = TIME_WAIT_MAX,
	};
	query.many_time_wait = connections->many_time_wait;
	query.without_six = !wants_six(connections);
	if (!time_wait)
		query.states &= ~(UINT32_C(1) << TCP_TIME_WAIT);
	for (size_t i = 0; i < listening->count; i++) {
		uint16_t port = listening->sockets[i].local.port;
		if (query.port_count < TCP_PORTS_MAX && !has_port(&query, port))
			query.ports[query.port_count++] = port;
	}
	table->count = 0;
	table->cut = false;
	if (query.port_count == 0)
		return 0;
	return tcp_table_read(watch->proc, server->directory, &query, table);
}

/* Whether this is an end that one of our listening sockets accepts at. */
static bool is_ours(const struct connections *connections,
		    const struct tcp_endpoint *endpoint)
{
	const struct tcp_table *listening = &connections->listening;
	for (size_t i = 0; i < listening->count; i++) {
		const struct tcp_endpoint *local = &listening->sockets[i].local;
		if (local->port == endpoint->port &&
		    (tcp_endpoint_is_any(local) ||
		     tcp_endpoint_is(local, endpoint)))
			return true;
	}
	return false;
}

/* Whether a client's socket leads to us and not to that port of a machine
 * elsewhere: to loopback, or to the address that it itself has. */
static bool leads_here(const struct tcp_socket *socket)
{
	return tcp_endpoint_is_loopback(&socket->remote) ||
	       memcmp(socket->remote.address, socket->local.address,
		      sizeof socket->local.address) == 0;
}

static int join_server_end(struct connections *connections,
			   const struct tcp_socket *socket)
{
	if (!is_ours(connections, &socket->local))
		return 0;
	struct connection *connection = connection_set_add(
		&connections->now, &socket->local, &socket->remote);
	if (connection == NULL)
		return -1;
	connection->at_server = socket;
	connection->holder_count = holdings_find(
		&connections->holdings, socket->inode, &connection->holders);
	connections->at_server[socket->state % TCP_STATE_COUNT]++;
	return 0;
}

static int join_client_end(struct connections *connections,
			   const struct tcp_socket *socket)
{
	if (is_ours(connections, &socket->local) ||
	    !is_ours(connections, &socket->remote))
		return 0;
	if (!leads_here(socket) &&
	    connection_set_find(&connections->now, &socket->remote,
				&socket->local) == NULL)
		return 0;
	struct connection *connection = connection_set_add(
		&connections->now, &socket->remote, &socket->local);
	if (connection == NULL)
		return -1;
	connection->at_client = socket;
	connections->at_client[socket->state % TCP_STATE_COUNT]++;
	return 0;
}

/* For the next question to the kernel. */
static void note_kinds(struct connections *connections)
{
	const struct tcp_table *table = &connections->table;
	size_t time_wait = 0;
	connections->has_six = false;
	for (size_t i = 0; i < table->count; i++) {
		connections->has_six |= table->sockets[i].six;
		time_wait += table->sockets[i].state == TCP_TIME_WAIT;
	}
	connections->many_time_wait = time_wait >= TIME_WAIT_MAX / 2;
}

static int join(struct connections *connections, int64_t now)
{
	struct connection_set before = connections->now;
	connections->now = connections->before;
	connections->before = before;
	connection_set_clear(&connections->now);
	memset(connections->at_server, 0, sizeof connections->at_server);
	memset(connections->at_client, 0, sizeof connections->at_client);
	connections->cut = connections->table.cut;
	const struct tcp_table *table = &connections->table;
	for (size_t i = 0; i < table->count; i++)
		if (join_server_end(connections, &table->sockets[i]) != 0)
			return -1;
	for (size_t i = 0; i < table->count; i++)
		if (join_client_end(connections, &table->sockets[i]) != 0)
			return -1;
	note_kinds(connections);
	connections->samples++;
	connections_remember(connections, now);
	return served_index(&connections->served, &connections->now);
}

int connections_sample(struct connections *connections,
		       const struct watch *watch, const struct server *server,
		       long budget)
{
	start_afresh_if_other(connections, server);
	if (read_holdings(connections, watch, server, budget) != 0 ||
	    read_listening(connections, watch, server) != 0 ||
	    read_table(connections, watch, server,
		       budget >= CONNECTIONS_THOROUGH) != 0 ||
	    join(connections, watch->taken) != 0)
		return -1;
	const struct process_sockets *own =
		holdings_of(&connections->holdings, connections->pid);
	connections->hidden = own != NULL && own->hidden;
	return 0;
}

const struct connection *
connections_of_process(const struct connections *connections, pid_t pid)
{
	return served_find(&connections->served, &connections->now, pid);
}

size_t connections_listen_holders(const struct connections *connections,
				  const struct tcp_socket *socket,
				  const struct holder **first)
{
	return holdings_find(&connections->holdings, socket->inode, first);
}
