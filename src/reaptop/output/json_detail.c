/* Descendants and sockets in JSON. */
#include "reaptop/output/json_detail.h"

#include <arpa/inet.h>
#include <string.h>

#include "reaptop/output/json_write.h"
#include "reaptop/words/tcp_wording.h"

static void add_descendant(struct output *output,
			   const struct descendant *descendant)
{
	const struct process_stat *stat = &descendant->stat;
	char state[2] = {stat->state, '\0'};
	json_next(output);
	output_bytes(output, "{", 1);
	json_number(output, "pid", (uint64_t)stat->pid);
	json_number(output, "start_ticks", stat->start_ticks);
	json_key(output, "name");
	json_string(output, stat->name);
	json_key(output, "state");
	json_string(output, state);
	json_bool(output, "zombie", process_stat_is_final(stat));
	json_number(output, "ppid", (uint64_t)stat->ppid);
	if (descendant->lost != 0)
		json_number(output, "orphan_of", (uint64_t)descendant->lost);
	else
		json_null(output, "orphan_of");
	output_bytes(output, "}", 1);
}

void json_descendants(struct output *output, const struct server *server)
{
	const struct descendant_list *list = &server->descendants.now;
	json_open(output, "descendants", '[');
	for (size_t i = 0; i < list->count; i++)
		add_descendant(output, &list->items[i]);
	output_bytes(output, "]", 1);
}

static void add_endpoint(struct output *output, const char *key,
			 const struct tcp_endpoint *endpoint)
{
	char text[INET6_ADDRSTRLEN];
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool is_ipv4 = memcmp(endpoint->address, mapped, sizeof mapped) == 0;
	/* It fails only for too small a text. */
	(void)inet_ntop(is_ipv4 ? AF_INET : AF_INET6,
			endpoint->address + (is_ipv4 ? 12 : 0), text,
			sizeof text);
	json_open(output, key, '{');
	json_key(output, "address");
	json_string(output, text);
	json_number(output, "port", endpoint->port);
	output_bytes(output, "}", 1);
}

static void add_holders(struct output *output, const struct holder *holders,
			size_t count)
{
	json_open(output, "holders", '[');
	for (size_t i = 0; i < count; i++) {
		json_next(output);
		output_number(output, (uint64_t)holders[i].pid);
	}
	output_bytes(output, "]", 1);
}

static void add_listening(struct output *output,
			  const struct connections *connections,
			  const struct tcp_socket *socket)
{
	const struct holder *holders = NULL;
	size_t count =
		connections_listen_holders(connections, socket, &holders);
	json_next(output);
	output_bytes(output, "{", 1);
	add_endpoint(output, "local", &socket->local);
	json_number(output, "queue", socket->receive_queue);
	if (connections->listening.details) {
		json_number(output, "queue_limit", socket->send_queue);
		json_number(output, "drops", socket->drops);
	} else {
		json_null(output, "queue_limit");
		json_null(output, "drops");
	}
	add_holders(output, holders, count);
	output_bytes(output, "}", 1);
}

static void add_tcp_state(struct output *output, const char *key,
			  const struct tcp_socket *socket)
{
	if (socket == NULL) {
		json_null(output, key);
		return;
	}
	json_key(output, key);
	json_string(output, tcp_wording_state(socket->state));
}

static void add_connection(struct output *output,
			   const struct connection *connection)
{
	json_next(output);
	output_bytes(output, "{", 1);
	add_endpoint(output, "server", &connection->server);
	add_endpoint(output, "client", &connection->client);
	add_tcp_state(output, "server_state", connection->at_server);
	add_tcp_state(output, "client_state", connection->at_client);
	add_holders(output, connection->holders, connection->holder_count);
	json_bool(output, "parent_keeps", connection->parent_keeps);
	output_bytes(output, "}", 1);
}

void json_sockets(struct output *output, const struct connections *connections)
{
	if (connections->hidden) {
		json_null(output, "listening");
		json_null(output, "connections");
		return;
	}
	json_open(output, "listening", '[');
	for (size_t i = 0; i < connections->listening.count; i++)
		add_listening(output, connections,
			      &connections->listening.sockets[i]);
	output_bytes(output, "]", 1);
	json_open(output, "connections", '[');
	for (size_t i = 0; i < connections->now.count; i++)
		add_connection(output, &connections->now.items[i]);
	output_bytes(output, "]", 1);
}
