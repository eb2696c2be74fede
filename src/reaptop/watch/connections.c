/* The TCP side of a watched server: the kernel's list of sockets joined with
 * what the processes of the tree hold. */
#include "reaptop/watch/connections.h"

#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/watch/connections_past.h"
#include "reaptop/watch/living_members.h"

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

/* Several sockets may listen at one end (SO_REUSEPORT in socket(7)). */
static bool is_listed(const struct connections *connections,
		      const struct tcp_endpoint *end)
{
	for (size_t i = 0; i < connections->end_count; i++)
		if (tcp_endpoint_is(&connections->ends[i], end))
			return true;
	return false;
}

/* Where clients connected, for when nobody listens any more. */
static void note_ends(struct connections *connections)
{
	const struct tcp_table *listening = &connections->listening;
	if (listening->count == 0)
		return;
	connections->end_count = 0;
	for (size_t i = 0; i < listening->count; i++) {
		const struct tcp_endpoint *local = &listening->sockets[i].local;
		if (connections->end_count < CONNECTIONS_ENDS &&
		    !is_listed(connections, local))
			connections->ends[connections->end_count++] = *local;
	}
}

/* Keeps of the namespace's listening sockets those that the tree holds. */
static int read_listening(struct connections *connections,
			  const struct watch *watch, int directory)
{
	struct tcp_table *listening = &connections->listening;
	const struct tcp_query query = {
		.states = UINT32_C(1) << TCP_LISTEN,
		.limit = LISTENING_MAX,
	};
	listening->count = 0;
	if (tcp_table_read(watch->proc, directory, &query, listening) != 0)
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
	note_ends(connections);
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
		      const struct watch *watch, int directory, bool time_wait)
{
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
	for (size_t i = 0; i < connections->end_count; i++) {
		uint16_t port = connections->ends[i].port;
		if (query.port_count < TCP_PORTS_MAX && !has_port(&query, port))
			query.ports[query.port_count++] = port;
	}
	table->count = 0;
	table->cut = false;
	if (query.port_count == 0)
		return 0;
	return tcp_table_read(watch->proc, directory, &query, table);
}

/* Whether this is an end that one of our listening sockets accepts, or accepted,
 * at. */
static bool is_ours(const struct connections *connections,
		    const struct tcp_endpoint *endpoint)
{
	for (size_t i = 0; i < connections->end_count; i++) {
		const struct tcp_endpoint *local = &connections->ends[i];
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
	const struct holder *holders;
	size_t holder_count =
		holdings_find(&connections->holdings, socket->inode, &holders);
	/* Where nobody of ours listens, somebody else may by now. */
	if (!is_ours(connections, &socket->local) ||
	    (connections->listening.count == 0 && holder_count == 0))
		return 0;
	struct connection *connection = connection_set_add(
		&connections->now, &socket->local, &socket->remote);
	if (connection == NULL)
		return -1;
	connection->at_server = socket;
	connection->holder_count = holder_count;
	connection->holders = holders;
	connections->at_server[socket->state % TCP_STATE_COUNT]++;
	return 0;
}

static int join_client_end(struct connections *connections,
			   const struct tcp_socket *socket)
{
	if (is_ours(connections, &socket->local) ||
	    !is_ours(connections, &socket->remote))
		return 0;
	if ((connections->listening.count == 0 || !leads_here(socket)) &&
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

/* Reads what there is in the network namespace of the tree. */
static int read_sockets(struct connections *connections,
			const struct watch *watch, const struct server *server,
			bool time_wait)
{
	int directory = server->directory, opened = -1;
	if (faccessat(directory, "net/tcp", F_OK, 0) != 0)
		directory = opened = living_members_open(
			watch->proc, server, &connections->holdings);
	if (directory < 0) {
		/* Nobody is left, or its orphans were not found yet. */
		connections->listening.count = 0;
		connections->table.count = 0;
		return 0;
	}
	int result = read_listening(connections, watch, directory);
	if (result == 0)
		result = read_table(connections, watch, directory, time_wait);
	if (opened >= 0)
		(void)close(opened); /* only looked at */
	return result;
}

int connections_sample(struct connections *connections,
		       const struct watch *watch, const struct server *server,
		       long budget)
{
	start_afresh_if_other(connections, server);
	struct holdings *holdings = &connections->holdings;
	if (living_members_add(holdings, server) != 0 ||
	    holdings_read(holdings, watch->proc, server->stat.pid, budget) !=
		    0 ||
	    read_sockets(connections, watch, server,
			 budget >= CONNECTIONS_THOROUGH) != 0 ||
	    join(connections, watch->taken) != 0)
		return -1;
	const struct process_sockets *own =
		holdings_of(holdings, connections->pid);
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
