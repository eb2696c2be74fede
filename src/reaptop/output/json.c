/* A sample as one JSON object. The manual, reaptop.1, has the schema. */
#include "reaptop/output/samples.h"

#include <ctype.h>
#include <signal.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "reaptop/output/output.h"
#include "reaptop/words/wording.h"

/* Adds a span in hundredths of a second: start times and ticks are no finer. */
static void add_seconds(struct output *output, const char *key,
			uint64_t hundredths)
{
	char fraction[] = ".00";
	fraction[1] = (char)('0' + hundredths / 10 % 10);
	fraction[2] = (char)('0' + hundredths % 10);
	json_number(output, key, hundredths / 100);
	output_bytes(output, fraction, 3);
}

static void add_times(struct output *output, const struct watch *watch,
		      const struct process_stat *stat)
{
	uint64_t age = (uint64_t)watch_age(watch, stat->start_ticks);
	add_seconds(output, "age_s", age / (uint64_t)(NS_PER_SECOND / 100));
	add_seconds(output, "cpu_s",
		    stat->cpu_ticks * 100 / (uint64_t)watch->ticks_per_second);
}

static void add_exit(struct output *output, bool known, int exit_status)
{
	bool signalled = WIFSIGNALED(exit_status);
	json_known(output, "exit_code", known && !signalled,
		   (unsigned)WEXITSTATUS(exit_status));
	json_known(output, "signal", known && signalled,
		   (unsigned)WTERMSIG(exit_status));
}

static void add_state(struct output *output, bool known, char state)
{
	const char text[2] = {state, '\0'};
	json_text(output, "state", known ? text : NULL);
}

static void add_child(struct output *output, const struct watch *watch,
		      const struct child *child)
{
	const struct process_stat *stat = &child->stat;
	bool known = !child_is_hidden(child);
	output_bytes(output, "{", 1);
	json_number(output, "pid", (uint64_t)stat->pid);
	json_known(output, "start_ticks", known, stat->start_ticks);
	json_text(output, "name", known ? stat->name : NULL);
	add_state(output, known, stat->state);
	if (known) {
		add_times(output, watch, stat);
	} else {
		json_text(output, "age_s", NULL);
		json_text(output, "cpu_s", NULL);
	}
	json_known(output, "threads", known, (uint64_t)stat->threads);
	json_bool(output, "zombie", child_is_zombie(child));
	if (known)
		json_bool(output, "nonstop", child->nonstop);
	else
		json_text(output, "nonstop", NULL);
	add_exit(output, child_is_zombie(child) && child->exit_known,
		 child->stat.exit_status);
	output_bytes(output, "}", 1);
}

static void add_counts(struct output *output, const struct server *server)
{
	for (int count = 0; count < COUNT_COUNT; count++) {
		const char *name = wording_count_name((enum server_count)count);
		char key[WORDING_SIZE] = "";
		uint64_t number;
		for (size_t i = 0; name[i] != '\0'; i++)
			key[i] = (char)tolower((unsigned char)name[i]);
		bool known = wording_count_of(server, (enum server_count)count,
					      &number);
		json_known(output, key, known, number);
	}
}

static void add_sigchld(struct output *output, const struct server *server)
{
	if (!server->signals_known) {
		json_text(output, "sigchld", NULL);
		return;
	}
	const struct signal_sets *sets = &server->signals;
	json_open(output, "sigchld", '{');
	json_bool(output, "caught", signal_set_has(sets->caught, SIGCHLD));
	json_bool(output, "ignored", signal_set_has(sets->ignored, SIGCHLD));
	json_bool(output, "blocked", server_sigchld_blocked(server));
	json_bool(output, "pending", server_sigchld_pending(server));
	output_bytes(output, "}", 1);
}

static void add_set(struct output *output, const char *key, uint64_t set)
{
	json_open(output, key, '[');
	for (int number = 1; number <= 64; number++) {
		if (!signal_set_has(set, number))
			continue;
		json_next(output);
		output_number(output, (unsigned)number);
	}
	output_bytes(output, "]", 1);
}

static void add_signals(struct output *output, const struct server *server)
{
	if (!server->signals_known) {
		json_text(output, "signals", NULL);
		return;
	}
	const struct signal_sets *sets = &server->signals;
	json_open(output, "signals", '{');
	add_set(output, "pending_thread", sets->pending_thread);
	add_set(output, "pending_process", sets->pending_process);
	add_set(output, "blocked", sets->blocked);
	add_set(output, "ignored", sets->ignored);
	add_set(output, "caught", sets->caught);
	output_bytes(output, "}", 1);
}

/* Adds the sparkline's numbers, the oldest first. */
static void add_history(struct output *output, const struct history *history)
{
	json_open(output, "zombie_history", '[');
	for (size_t back = history->count; back > 0; back--) {
		json_next(output);
		output_number(output, (uint64_t)history_at(history, back - 1));
	}
	output_bytes(output, "]", 1);
}

static void add_descendant(struct output *output,
			   const struct descendant *descendant)
{
	const struct process_stat *stat = &descendant->stat;
	json_next(output);
	output_bytes(output, "{", 1);
	json_number(output, "pid", (uint64_t)stat->pid);
	json_number(output, "start_ticks", stat->start_ticks);
	json_text(output, "name", stat->name);
	add_state(output, true, stat->state);
	json_bool(output, "zombie", process_stat_is_final(stat));
	json_number(output, "ppid", (uint64_t)stat->ppid);
	json_known(output, "orphan_of", descendant->lost != 0,
		   (uint64_t)descendant->lost);
	output_bytes(output, "}", 1);
}

/* Adds the processes below the children, and orphans. */
static void add_descendants(struct output *output, const struct server *server)
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
	char text[TCP_ADDRESS_SIZE];
	json_open(output, key, '{');
	json_text(output, "address", wording_address(endpoint, text));
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
	bool details = connections->listening.details;
	json_known(output, "queue_limit", details, socket->send_queue);
	json_known(output, "drops", details, socket->drops);
	add_holders(output, holders, count);
	output_bytes(output, "}", 1);
}

static const char *state_at(const struct tcp_socket *socket)
{
	return socket == NULL ? NULL : wording_tcp_state(socket->state);
}

static void add_connection(struct output *output,
			   const struct connection *connection)
{
	json_next(output);
	output_bytes(output, "{", 1);
	add_endpoint(output, "server", &connection->server);
	add_endpoint(output, "client", &connection->client);
	json_text(output, "server_state", state_at(connection->at_server));
	json_text(output, "client_state", state_at(connection->at_client));
	add_holders(output, connection->holders, connection->holder_count);
	json_bool(output, "parent_keeps", connection->parent_keeps);
	output_bytes(output, "}", 1);
}

/* Adds listening sockets and connections; null where we may not look. */
static void add_sockets(struct output *output,
			const struct connections *connections)
{
	if (connections->hidden) {
		json_text(output, "listening", NULL);
		json_text(output, "connections", NULL);
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

static void add_process(struct output *output, const struct watch *watch,
			const struct server *server)
{
	json_text(output, "name", server->name);
	json_number(output, "pid", (uint64_t)server->stat.pid);
	json_number(output, "start_ticks", server->stat.start_ticks);
	add_times(output, watch, &server->stat);
	json_number(output, "threads", (uint64_t)server->stat.threads);
	json_known(output, "port", server->port_known == HOLDS_PORT,
		   server->port);
	add_state(output, !server->gone, server->stat.state);
	json_bool(output, "ended", server->ended);
	add_exit(output, server->exit_known, server->exit_status);
}

static void add_server(struct output *output, const struct watch *watch,
		       const struct server *server,
		       const struct connections *connections)
{
	output_bytes(output, "{", 1);
	add_process(output, watch, server);
	add_counts(output, server);
	add_history(output, &server->zombies);
	add_sigchld(output, server);
	add_signals(output, server);
	json_open(output, "children", '[');
	const struct child_set *children = &server->children.now;
	for (size_t i = 0; i < children->count; i++) {
		json_next(output);
		add_child(output, watch, &children->items[i]);
	}
	output_bytes(output, "]", 1);
	add_descendants(output, server);
	add_sockets(output, connections);
	output_bytes(output, "}", 1);
}

static void add_scene(struct output *output, const struct json_scene *scene)
{
	if (scene == NULL) {
		json_text(output, "scene", NULL);
		return;
	}
	json_open(output, "scene", '{');
	json_number(output, "number", (unsigned)scene->number);
	json_number(output, "step", scene->step);
	json_number(output, "steps", scene->steps);
	json_text(output, "caption", scene->caption);
	output_bytes(output, "}", 1);
}

void json_sample(const struct watch *watch,
		 const struct connections *connections,
		 const struct json_scene *scene, struct output *output)
{
	output_bytes(output, "{", 1);
	json_number(output, "schema", 1);
	json_number(output, "sample", watch->number);
	json_number(output, "t_ns", (uint64_t)watch->taken);
	add_scene(output, scene);
	json_open(output, "servers", '[');
	for (size_t i = 0; i < watch->count; i++) {
		json_next(output);
		add_server(output, watch, &watch->servers[i], &connections[i]);
	}
	output_bytes(output, "]}\n", 3);
}
