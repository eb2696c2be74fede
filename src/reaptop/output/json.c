/* A sample as one JSON object. The schema is told in the header. */
#include "reaptop/output/json.h"

#include <signal.h>
#include <sys/wait.h>

#include "reaptop/clock.h"
#include "reaptop/output/json_detail.h"
#include "reaptop/output/json_write.h"

/* Hundredths of a second: finer is no start time. */
static void add_age(struct output *output, const struct watch *watch,
		    uint64_t start_ticks)
{
	uint64_t age = (uint64_t)watch_age(watch, start_ticks) /
		       (uint64_t)(NS_PER_SECOND / 100);
	char fraction[] = ".00";
	fraction[1] = (char)('0' + age / 10 % 10);
	fraction[2] = (char)('0' + age % 10);
	json_number(output, "age_s", age / 100);
	output_bytes(output, fraction, 3);
}

/* Ticks of the clock as seconds, in hundredths: a tick is no less. */
static void add_cpu(struct output *output, const struct watch *watch,
		    uint64_t ticks)
{
	uint64_t hundredths = ticks * 100 / (uint64_t)watch->ticks_per_second;
	char fraction[] = ".00";
	fraction[1] = (char)('0' + hundredths / 10 % 10);
	fraction[2] = (char)('0' + hundredths % 10);
	json_number(output, "cpu_s", hundredths / 100);
	output_bytes(output, fraction, 3);
}

static void add_exit(struct output *output, bool known, int exit_status)
{
	bool signalled = WIFSIGNALED(exit_status);
	if (known && !signalled)
		json_number(output, "exit_code",
			    (unsigned)WEXITSTATUS(exit_status));
	else
		json_null(output, "exit_code");
	if (known && signalled)
		json_number(output, "signal", (unsigned)WTERMSIG(exit_status));
	else
		json_null(output, "signal");
}

static void add_state(struct output *output, char state)
{
	char text[2] = {state, '\0'};
	json_key(output, "state");
	json_string(output, text);
}

static void add_child(struct output *output, const struct watch *watch,
		      const struct child *child)
{
	output_bytes(output, "{", 1);
	json_number(output, "pid", (uint64_t)child->stat.pid);
	if (child_is_hidden(child)) {
		json_null(output, "start_ticks");
		json_null(output, "name");
		json_null(output, "state");
		json_null(output, "age_s");
		json_null(output, "cpu_s");
		json_null(output, "threads");
		json_bool(output, "zombie", child_is_zombie(child));
		json_null(output, "nonstop");
	} else {
		json_number(output, "start_ticks", child->stat.start_ticks);
		json_key(output, "name");
		json_string(output, child->stat.name);
		add_state(output, child->stat.state);
		add_age(output, watch, child->stat.start_ticks);
		add_cpu(output, watch, child->stat.cpu_ticks);
		json_number(output, "threads", (uint64_t)child->stat.threads);
		json_bool(output, "zombie", child_is_zombie(child));
		json_bool(output, "nonstop", child->nonstop);
	}
	add_exit(output, child_is_zombie(child) && child->exit_known,
		 child->stat.exit_status);
	output_bytes(output, "}", 1);
}

static void add_counts(struct output *output, const struct server *server)
{
	json_number(output, "live", server->children.live);
	json_number(output, "zombies", server->children.zombies);
	json_number(output, "nonstop", server->children.nonstop);
	json_number(output, "seen", server->turnover.seen);
	json_number(output, "came", server->turnover.came);
	json_number(output, "went", server->turnover.went);
	const struct event_counts *counts = server_logged(server);
	if (counts == NULL) {
		json_null(output, "forked");
		json_null(output, "reaped");
		json_null(output, "sigchlds");
		return;
	}
	json_number(output, "forked", counts->forked);
	json_number(output, "reaped", counts->reaped);
	json_number(output, "sigchlds", counts->sigchlds);
}

static void add_sigchld(struct output *output, const struct server *server)
{
	if (!server->signals_known) {
		json_null(output, "sigchld");
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
		json_null(output, "signals");
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

/* The sparkline's numbers, the oldest first. */
static void add_history(struct output *output, const struct history *history)
{
	json_open(output, "zombie_history", '[');
	for (size_t back = history->count; back > 0; back--) {
		json_next(output);
		output_number(output, (uint64_t)history_at(history, back - 1));
	}
	output_bytes(output, "]", 1);
}

static void add_process(struct output *output, const struct watch *watch,
			const struct server *server)
{
	json_key(output, "name");
	json_string(output, server->name);
	json_number(output, "pid", (uint64_t)server->stat.pid);
	json_number(output, "start_ticks", server->stat.start_ticks);
	add_age(output, watch, server->stat.start_ticks);
	add_cpu(output, watch, server->stat.cpu_ticks);
	json_number(output, "threads", (uint64_t)server->stat.threads);
	if (server->port_known == HOLDS_PORT)
		json_number(output, "port", server->port);
	else
		json_null(output, "port");
	if (server->gone)
		json_null(output, "state");
	else
		add_state(output, server->stat.state);
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
	json_descendants(output, server);
	json_sockets(output, connections);
	output_bytes(output, "}", 1);
}

static void add_scene(struct output *output, const struct json_scene *scene)
{
	if (scene == NULL) {
		json_null(output, "scene");
		return;
	}
	json_open(output, "scene", '{');
	json_number(output, "number", (unsigned)scene->number);
	json_number(output, "step", scene->step);
	json_number(output, "steps", scene->steps);
	json_key(output, "caption");
	json_string(output, scene->caption);
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
