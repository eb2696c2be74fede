/* The TCP side of a watched server: the kernel's list of sockets joined with
 * what the processes of the tree hold. */
#include "reaptop/watch/connections.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "reaptop/read/proc_file.h"
#include "reaptop/read/tcp_diag.h"

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

/* Returns whether the end is known. Several sockets may listen at one end
 * (SO_REUSEPORT in socket(7)). */
static bool is_listed(const struct connections *connections,
		      const struct tcp_endpoint *end)
{
	for (size_t i = 0; i < connections->end_count; i++)
		if (tcp_endpoint_is(&connections->ends[i], end))
			return true;
	return false;
}

/* Notes where clients connect, for when nobody listens any more. */
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

/* Keeps those of the namespace's listening sockets that the tree holds. */
static int read_listening(struct connections *connections,
			  const struct watch *watch, int directory)
{
	struct tcp_table *listening = &connections->listening;
	const struct tcp_query query = {
		.states = UINT32_C(1) << TCP_LISTEN,
		.limit = LISTENING_MAX,
	};
	listening->count = 0;
	if (tcp_sockets_read(watch->proc, directory, &query, listening) != 0)
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

/* Returns whether to ask for IPv6 sockets, which costs another question to the
 * kernel. A client may use one without connecting to one (an IPv4 address fits
 * into an IPv6 one), so they are looked for now and then. */
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
	return tcp_sockets_read(watch->proc, directory, &query, table);
}

/* Returns whether one of the tree's listening sockets accepts, or accepted, at
 * this endpoint. */
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

/* Returns whether a client's socket leads to this machine and not to that port
 * of another: to loopback, or to the client's own address. */
static bool leads_here(const struct tcp_socket *socket)
{
	return tcp_endpoint_is_loopback(&socket->remote) ||
	       memcmp(socket->remote.address, socket->local.address,
		      sizeof(socket->local.address)) == 0;
}

static int join_server_end(struct connections *connections,
			   const struct tcp_socket *socket)
{
	const struct holder *holders;
	size_t holder_count =
		holdings_find(&connections->holdings, socket->inode, &holders);
	/* If the tree no longer listens, another process may by now. */
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

/* Notes what the next question to the kernel depends on. */
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

static bool is_held_by(const struct connection *connection, pid_t pid)
{
	for (size_t i = 0; i < connection->holder_count; i++)
		if (connection->holders[i].pid == pid)
			return true;
	return false;
}

/* Finds out whether the parent keeps a connection. Every parent holds one for a
 * moment between accept(2) and close(2). It keeps the connection if it was
 * found with it twice; that counts after a second. */
static void remember_parent(struct connections *connections,
			    struct connection *connection,
			    const struct connection *before, int64_t now)
{
	const struct process_sockets *own =
		holdings_of(&connections->holdings, connections->pid);
	connection->parent_holds = is_held_by(connection, connections->pid);
	connection->parent_since = now;
	if (!connection->parent_holds || before == NULL ||
	    !before->parent_holds)
		return;
	connection->parent_since = before->parent_since;
	connection->parent_keeps =
		before->parent_keeps || (own != NULL && own->fresh);
	if (connection->parent_keeps &&
	    now - connection->parent_since >= NS_PER_SECOND)
		connections->parent_keeps++;
}

/* Adds what was known of each connection in the sample before. */
static void remember(struct connections *connections, int64_t now)
{
	connections->parent_keeps = 0;
	for (size_t i = 0; i < connections->now.count; i++) {
		struct connection *connection = &connections->now.items[i];
		const struct connection *before = connection_set_find(
			&connections->before, &connection->server,
			&connection->client);
		connection->number =
			before != NULL ? before->number : connections->samples;
		remember_parent(connections, connection, before, now);
	}
}

static int join(struct connections *connections, int64_t now)
{
	struct connection_set before = connections->now;
	connections->now = connections->before;
	connections->before = before;
	connection_set_clear(&connections->now);
	memset(connections->at_server, 0, sizeof(connections->at_server));
	memset(connections->at_client, 0, sizeof(connections->at_client));
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
	remember(connections, now);
	return served_index(&connections->served, &connections->now);
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

/* Begins a sample of holdings with every living process of the tree: zombies
 * hold no socket. Returns 0, or -1 with errno. */
static int add_members(struct holdings *holdings, const struct server *server)
{
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
	return add_descendants(holdings, &server->descendants.now);
}

static int open_member(int proc, pid_t pid)
{
	int directory = proc_open_process(proc, pid);
	if (directory < 0 || faccessat(directory, "net/tcp", F_OK, 0) == 0)
		return directory;
	int thread = proc_open_other_thread(directory, pid);
	proc_close(directory);
	return thread;
}

/* Opens the folder of a process in these holdings, or of one of its threads, in
 * which there is net/: a process or first thread that has ended has none. The
 * caller closes it. Returns -1 with errno if there is no such process. */
static int open_any_member(int proc, const struct server *server,
			   const struct holdings *holdings)
{
	const struct holding_list *list = &holdings->now;
	int found = server->ended ? -1 : open_member(proc, server->stat.pid);
	for (size_t i = 0; found < 0 && i < list->count; i++)
		found = open_member(proc, list->processes[i].pid);
	if (found < 0)
		errno = ENOENT;
	return found;
}

/* Reads the sockets in the network namespace of the tree. */
static int read_sockets(struct connections *connections,
			const struct watch *watch, const struct server *server,
			bool time_wait)
{
	int directory = server->directory, opened = -1;
	if (faccessat(directory, "net/tcp", F_OK, 0) != 0)
		directory = opened = open_any_member(watch->proc, server,
						     &connections->holdings);
	if (directory < 0) {
		/* No process is left, or the orphans were not found yet. */
		connections->listening.count = 0;
		connections->table.count = 0;
		return 0;
	}
	int result = read_listening(connections, watch, directory);
	if (result == 0)
		result = read_table(connections, watch, directory, time_wait);
	if (opened >= 0)
		proc_close(opened);
	return result;
}

int connections_sample(struct connections *connections,
		       const struct watch *watch, const struct server *server,
		       long budget)
{
	start_afresh_if_other(connections, server);
	struct holdings *holdings = &connections->holdings;
	if (add_members(holdings, server) != 0 ||
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
