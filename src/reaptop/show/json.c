/* A sample as one JSON object. The schema is told in the header. */
#include "reaptop/show/json.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "reaptop/clock.h"
#include "reaptop/show/utf8.h"

static void add_escape(struct output *output, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";
	char text[] = "\\u0000";
	text[4] = hex[byte >> 4];
	text[5] = hex[byte & 15];
	output_bytes(output, text, 6);
}

void json_string(struct output *output, const char *text)
{
	output_text(output, "\"");
	while (*text != '\0') {
		unsigned char byte = (unsigned char)*text;
		size_t size = utf8_length(text);
		if (size == 0) {
			output_text(output, "\xef\xbf\xbd");
			size = 1;
		} else if (byte < 0x20 || byte == 0x7f) {
			add_escape(output, byte);
		} else {
			if (byte == '"' || byte == '\\')
				output_text(output, "\\");
			output_bytes(output, text, size);
		}
		text += size;
	}
	output_text(output, "\"");
}

/* `,"key":`, or without the comma after an opening brace. */
static void add_key(struct output *output, const char *key)
{
	if (output->size > 0 && !output->failed &&
	    output->data[output->size - 1] != '{')
		output_bytes(output, ",", 1);
	output_bytes(output, "\"", 1);
	output_text(output, key);
	output_bytes(output, "\":", 2);
}

static void add_number(struct output *output, const char *key, uint64_t number)
{
	add_key(output, key);
	output_number(output, number);
}

static void add_null(struct output *output, const char *key)
{
	add_key(output, key);
	output_bytes(output, "null", 4);
}

static void add_bool(struct output *output, const char *key, bool value)
{
	add_key(output, key);
	output_text(output, value ? "true" : "false");
}

/* Hundredths of a second: finer is no start time. */
static void add_age(struct output *output, const struct watch *watch,
		    uint64_t start_ticks)
{
	uint64_t age = (uint64_t)watch_age(watch, start_ticks) /
		       (uint64_t)(NS_PER_SECOND / 100);
	char fraction[] = ".00";
	fraction[1] = (char)('0' + age / 10 % 10);
	fraction[2] = (char)('0' + age % 10);
	add_number(output, "age_s", age / 100);
	output_bytes(output, fraction, 3);
}

static void add_exit(struct output *output, bool known, int exit_status)
{
	bool signalled = WIFSIGNALED(exit_status);
	if (known && !signalled)
		add_number(output, "exit_code",
			   (unsigned)WEXITSTATUS(exit_status));
	else
		add_null(output, "exit_code");
	if (known && signalled)
		add_number(output, "signal", (unsigned)WTERMSIG(exit_status));
	else
		add_null(output, "signal");
}

static void add_state(struct output *output, char state)
{
	char text[2] = {state, '\0'};
	add_key(output, "state");
	json_string(output, text);
}

static void add_child(struct output *output, const struct watch *watch,
		      const struct child *child)
{
	output_bytes(output, "{", 1);
	add_number(output, "pid", (uint64_t)child->stat.pid);
	if (child_is_hidden(child)) {
		add_null(output, "start_ticks");
		add_null(output, "name");
		add_null(output, "state");
		add_null(output, "age_s");
	} else {
		add_number(output, "start_ticks", child->stat.start_ticks);
		add_key(output, "name");
		json_string(output, child->stat.name);
		add_state(output, child->stat.state);
		add_age(output, watch, child->stat.start_ticks);
	}
	add_exit(output, child_is_zombie(child) && child->exit_known,
		 child->stat.exit_status);
	output_bytes(output, "}", 1);
}

static void add_counts(struct output *output, const struct server *server)
{
	add_number(output, "live", server->children.live);
	add_number(output, "zombies", server->children.zombies);
	add_number(output, "seen", server->children.seen);
	if (server->log == NULL) {
		add_null(output, "forked");
		add_null(output, "reaped");
		add_null(output, "sigchlds");
		return;
	}
	const struct event_counts *counts = event_log_counts(server->log);
	add_number(output, "forked", counts->forked);
	add_number(output, "reaped", counts->reaped);
	add_number(output, "sigchlds", counts->sigchlds);
}

static void add_sigchld(struct output *output, const struct server *server)
{
	if (!server->signals_known) {
		add_null(output, "sigchld");
		return;
	}
	const struct signal_sets *sets = &server->signals;
	add_key(output, "sigchld");
	output_bytes(output, "{", 1);
	add_bool(output, "caught", signal_set_has(sets->caught, SIGCHLD));
	add_bool(output, "ignored", signal_set_has(sets->ignored, SIGCHLD));
	add_bool(output, "blocked", server_sigchld_blocked(server));
	add_bool(output, "pending", server_sigchld_pending(server));
	output_bytes(output, "}", 1);
}

static void add_process(struct output *output, const struct watch *watch,
			const struct server *server)
{
	add_key(output, "name");
	json_string(output, server->name);
	add_number(output, "pid", (uint64_t)server->stat.pid);
	add_number(output, "start_ticks", server->stat.start_ticks);
	add_age(output, watch, server->stat.start_ticks);
	if (server->port_known == HOLDS_PORT)
		add_number(output, "port", server->port);
	else
		add_null(output, "port");
	if (server->gone)
		add_null(output, "state");
	else
		add_state(output, server->stat.state);
	add_bool(output, "ended", server->ended);
	add_exit(output, server->exit_known, server->exit_status);
}

static void add_server(struct output *output, const struct watch *watch,
		       const struct server *server)
{
	output_bytes(output, "{", 1);
	add_process(output, watch, server);
	add_counts(output, server);
	add_sigchld(output, server);
	add_key(output, "children");
	output_bytes(output, "[", 1);
	const struct child_set *children = &server->children.now;
	for (size_t i = 0; i < children->count; i++) {
		if (i > 0)
			output_bytes(output, ",", 1);
		add_child(output, watch, &children->items[i]);
	}
	output_bytes(output, "]}", 2);
}

static void add_scene(struct output *output, const struct json_scene *scene)
{
	if (scene == NULL) {
		add_null(output, "scene");
		return;
	}
	add_key(output, "scene");
	output_bytes(output, "{", 1);
	add_number(output, "number", (unsigned)scene->number);
	add_number(output, "step", scene->step);
	add_number(output, "steps", scene->steps);
	add_key(output, "caption");
	json_string(output, scene->caption);
	output_bytes(output, "}", 1);
}

void json_sample(const struct watch *watch, const struct json_scene *scene,
		 struct output *output)
{
	output_bytes(output, "{", 1);
	add_number(output, "schema", 1);
	add_number(output, "sample", watch->number);
	add_number(output, "t_ns", (uint64_t)watch->taken);
	add_scene(output, scene);
	add_key(output, "servers");
	output_bytes(output, "[", 1);
	for (size_t i = 0; i < watch->count; i++) {
		if (i > 0)
			output_bytes(output, ",", 1);
		add_server(output, watch, &watch->servers[i]);
	}
	output_bytes(output, "]}\n", 3);
}
