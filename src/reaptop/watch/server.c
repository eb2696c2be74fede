/* A watched server. Its folder below /proc is held open, so that a later
 * process with the same PID cannot be read by mistake. */
#include "reaptop/watch/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "reaptop/read/descriptors.h"

static void begin_step(struct history *history, uint32_t count)
{
	history->last = (history->last + 1) % HISTORY_STEPS;
	history->most[history->last] = count;
	if (history->count < HISTORY_STEPS)
		history->count++;
}

/* Notes the count at that time (CLOCK_MONOTONIC). A step without a note, as
 * when reaptop was stopped, keeps the count before it. */
static void history_note(struct history *history, int64_t now, size_t count)
{
	int64_t step = now / HISTORY_STEP_NS;
	uint32_t value = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
	if (history->count == 0)
		history->step = step - 1; /* the first step begins */
	/* After a long pause one round of the ring is all there is to fill. */
	if (step - history->step > HISTORY_STEPS)
		history->step = step - HISTORY_STEPS;
	uint32_t before = history->most[history->last];
	while (history->step < step) {
		history->step++;
		begin_step(history, history->step == step ? value : before);
	}
	if (value > history->most[history->last])
		history->most[history->last] = value;
}

int64_t history_at(const struct history *history, size_t back)
{
	if (back >= history->count)
		return -1;
	size_t at = history->last + HISTORY_STEPS - back;
	return history->most[at % HISTORY_STEPS];
}

/* A server may bind its port and open its log a moment after it is found. */
static const int64_t first_search_pause = NS_PER_SECOND / 10;
static const int64_t longest_search_pause = 5 * NS_PER_SECOND;

/* With few children the whole list is cheap. A long list is read whole now and
 * then, for the one case that read/children.h names. */
enum { TAIL_CHILDREN_MIN = 512 };
static const int64_t longest_trust_in_tail = 10 * NS_PER_SECOND;

static bool has_ended(const struct process_stat *stat)
{
	return process_stat_is_final(stat);
}

int server_attach(struct server *server, int proc, pid_t pid,
		  struct proc_text *scratch, pid_t *process)
{
	*server = (struct server){.search_pause = first_search_pause,
				  .tail = {.file = -1}};
	server->directory = proc_open_process(proc, pid);
	if (server->directory < 0)
		return -1;
	struct process_status status;
	if (process_stat_read(server->directory, "stat", &server->stat) != 0 ||
	    process_status_read(server->directory, scratch, &status) != 0)
		goto fail;
	if (status.tgid != pid) {
		*process = status.tgid;
		errno = EISDIR;
		goto fail;
	}
	server->ended = has_ended(&server->stat);
	process_name_read(server->directory, scratch, server->stat.name,
			  server->name);
	return 0;
fail:
	proc_close(server->directory);
	return -1;
}

void server_detach(struct server *server)
{
	child_table_free(&server->children);
	descendants_free(&server->descendants);
	event_log_close(server->log);
	children_tail_end(&server->tail);
	close(server->directory);
}

/* Finds the port by the folder of the process or of a thread. Looks first
 * whether it holds any socket, as reading the machine's sockets takes
 * milliseconds. */
static void find_port(struct server *server, int directory)
{
	struct socket_list sockets = {0};
	struct tcp_table listeners = {0};
	bool has_none = descriptors_read_sockets(directory, &sockets) >= 0 &&
			sockets.count == 0;
	if (has_none)
		server->port_known = HOLDS_NONE;
	else if (listeners_read(directory, &listeners) == 0)
		server->port_known = listeners_held_port(directory, &listeners,
							 &server->port);
	socket_list_free(&sockets);
	tcp_table_free(&listeners);
}

void server_find_port(struct server *server)
{
	int thread = -1;
	if (server->port_known == HOLDS_PORT)
		return;
	if (process_stat_is_headless(&server->stat))
		thread = proc_open_other_thread(server->directory,
						server->stat.pid);
	find_port(server, thread < 0 ? server->directory : thread);
	if (thread >= 0)
		close(thread);
}

/* Looks for the port and, if none was given, the event log; less and less often
 * while there is nothing to find. */
static void search(struct server *server, const struct sample_context *context)
{
	if (context->now < server->next_search)
		return;
	bool complete = server->port_known == HOLDS_PORT && server->log != NULL;
	if (complete)
		return;
	server->next_search = context->now + server->search_pause;
	server->search_pause *= 2;
	if (server->search_pause > longest_search_pause)
		server->search_pause = longest_search_pause;
	if (server->log == NULL)
		server->log =
			event_log_find(server->directory, server->stat.pid);
	server_find_port(server);
}

static void sample_process(struct server *server,
			   const struct sample_context *context)
{
	struct process_stat stat;
	if (process_stat_read(server->directory, "stat", &stat) != 0) {
		if (proc_error_is_gone(errno)) {
			server->ended = true;
			server->gone = true;
		}
		return;
	}
	/* An execve(2) or prctl(2) may have renamed it. */
	if (strcmp(stat.name, server->stat.name) != 0)
		process_name_read(server->directory, context->scratch,
				  stat.name, server->name);
	server->stat = stat;
	server->ended = has_ended(&stat);
}

static void sample_signals(struct server *server, struct proc_text *scratch)
{
	struct process_status status;
	server->signals_known =
		!server->ended &&
		process_status_read(server->directory, scratch, &status) == 0;
	if (server->signals_known)
		server->signals = status.signals;
}

static int sample_descendants(struct server *server,
			      const struct sample_context *context)
{
	const struct descendants_of of = {
		.proc = context->proc,
		.now = context->now,
		.server = server->stat.pid,
		.children = &server->children.now,
		.children_before = child_table_before(&server->children),
		.departed = &server->children.departed,
		.scratch = context->scratch,
	};
	return descendants_sample(&server->descendants, &of);
}

/* Samples all children, from a list of all. Returns 0, or -1 with errno. */
static int sample_all_children(struct server *server,
			       const struct sample_context *context,
			       const struct child_reading *reading)
{
	struct child_list *list = context->list;
	pid_t pid = server->stat.pid;
	list->count = 0;
	server->listed = context->now;
	bool tailed = server->children.now.count >= TAIL_CHILDREN_MIN &&
		      server->stat.threads == 1 && !server->gone &&
		      children_tail_begin(&server->tail, server->directory, pid,
					  context->scratch, list) == 0;
	if (!tailed)
		children_tail_end(&server->tail);
	if (!tailed && !server->gone &&
	    children_read(context->proc, server->directory, pid,
			  server->stat.threads, context->scratch, list) != 0)
		return -1;
	return child_table_sample(&server->children, reading, list);
}

/* Samples the children that can have changed, if that is known, else all.
 * Returns 0, or -1 with errno. */
static int sample_children(struct server *server,
			   const struct sample_context *context,
			   const struct child_reading *reading)
{
	bool held = false;
	if (!server->gone && server->stat.threads == 1 &&
	    server->children.as_listed &&
	    context->now - server->listed < longest_trust_in_tail) {
		int told = children_tail_read(&server->tail, server->directory,
					      server->stat.pid,
					      context->scratch, context->list);
		if (told < 0)
			return -1;
		if (told == 1 && child_table_extend(&server->children, reading,
						    context->list, &held) != 0)
			return -1;
	}
	return held ? 0 : sample_all_children(server, context, reading);
}

int server_sample(struct server *server, const struct sample_context *context)
{
	const struct child_reading reading = {
		.proc = context->proc,
		.parent = server->stat.pid,
		.number = context->number,
		.first = !server->sampled,
		.now = context->now,
		.uptime = context->uptime,
		.tick = context->tick,
	};
	server->sampled = true;
	if (!server->gone)
		sample_process(server, context);
	sample_signals(server, context->scratch);
	if (!server->ended)
		search(server, context);
	if (sample_children(server, context, &reading) != 0)
		return -1;
	if (sample_descendants(server, context) != 0)
		return -1;
	turnover_sample(&server->turnover, &server->children, &reading,
			server->log, context->log_budget);
	history_note(&server->zombies, context->now, server->children.zombies);
	return 0;
}

const struct event_counts *server_logged(const struct server *server)
{
	return server->log != NULL && event_log_tells(server->log)
		       ? event_log_counts(server->log)
		       : NULL;
}

void server_ended_with(struct server *server, int exit_status)
{
	server->exit_known = true;
	server->exit_status = exit_status;
}

bool server_is_frozen(const struct server *server)
{
	return !server->ended &&
	       (server->stat.state == 'T' || server->stat.state == 't');
}

bool server_sigchld_pending(const struct server *server)
{
	const struct signal_sets *sets = &server->signals;
	return server->signals_known &&
	       (signal_set_has(sets->pending_process, SIGCHLD) ||
		signal_set_has(sets->pending_thread, SIGCHLD));
}

bool server_sigchld_blocked(const struct server *server)
{
	return server->signals_known &&
	       signal_set_has(server->signals.blocked, SIGCHLD);
}
