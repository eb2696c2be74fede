/* The rows of the view of one process: which process it is; of a zombie, what
 * is left and which process must reap it; of a live one, what it does and
 * uses. */
#include "reaptop/views/process_rows.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "reaptop/words/wording.h"

void process_section_title(const struct process_facts *facts, struct rows *rows)
{
	char text[WORDING_SIZE];
	const char *thaw;
	bool zombie = process_stat_is_final(&facts->stat);
	rows_begin(rows);
	rows_format(rows, STYLE_NAME, "%d ", facts->stat.pid);
	rows_add_foreign(rows, STYLE_NAME, facts->stat.name);
	rows_add(rows, STYLE_PLAIN, "  ");
	rows_format(rows,
		    zombie                     ? STYLE_ALARM
		    : facts->stat.state == 'T' ? STYLE_FROZEN
					       : STYLE_PLAIN,
		    "%c %s", facts->stat.state, wording_state(&facts->stat));
	if (zombie)
		rows_add(rows, STYLE_PLAIN,
			 "  it has died, and waits to be reaped");
	else if (process_stat_is_headless(&facts->stat))
		rows_add(rows, STYLE_PLAIN, "  it lives on in other threads");
	else if ((thaw = wording_thaw(&facts->stat, text)) != NULL)
		rows_format(rows, STYLE_PLAIN, "  %s", thaw);
	rows_begin(rows);
}

static void add_fact(struct rows *rows, const char *label, const char *text)
{
	rows_label(rows, label);
	rows_add(rows, STYLE_PLAIN, text);
}

/* Adds age and CPU time, which a zombie still has. */
static void add_times(const struct process_facts *facts, struct rows *rows)
{
	char text[WORDING_SIZE];
	double cpu = (double)facts->stat.cpu_ticks /
		     (double)facts->watch->ticks_per_second;
	rows_label(rows, "started");
	rows_format(
		rows, STYLE_PLAIN, "%s ago",
		wording_age(watch_age(facts->watch, facts->stat.start_ticks),
			    text));
	rows_label(rows, "CPU used");
	rows_format(rows, STYLE_PLAIN, "%.2f s", cpu);
}

static void add_parent(const struct process_facts *facts, struct rows *rows)
{
	if (facts->stat.ppid == 0) {
		rows_add(rows, STYLE_PLAIN, "outside this PID namespace");
		return;
	}
	rows_format(rows, STYLE_NAME, "%d ", facts->stat.ppid);
	if (facts->parent_known)
		rows_add_foreign(rows, STYLE_NAME, facts->parent.name);
}

/* Returns what the parent does about SIGCHLD, and what that means for its
 * zombie. */
static const char *prospect(const struct process_facts *facts)
{
	const struct signal_sets *sets = &facts->parent_detail.status.signals;
	if (!facts->parent_known || !facts->parent_detail.status_known)
		return NULL;
	bool pending = signal_set_has(
		sets->pending_process | sets->pending_thread, SIGCHLD);
	if (facts->parent.state == 'T')
		return pending ? "It is frozen. One SIGCHLD waits for it, "
				 "however many died."
			       : "It is frozen: until SIGCONT it can collect "
				 "nothing.";
	if (pending)
		return signal_set_has(sets->blocked, SIGCHLD)
			       ? "It blocks SIGCHLD: one waits, and is not "
				 "delivered."
			       : "A SIGCHLD waits for it: it has not been told "
				 "yet.";
	if (signal_set_has(sets->caught, SIGCHLD))
		return "It catches SIGCHLD, none waits: it was told, and left "
		       "this one.";
	if (signal_set_has(sets->ignored, SIGCHLD))
		return "It ignores SIGCHLD: later children vanish at once, "
		       "this one stays.";
	return "SIGCHLD is at its default, which does nothing: it must ask by "
	       "itself.";
}

void process_section_zombie(const struct process_facts *facts,
			    struct rows *rows)
{
	char text[WORDING_SIZE];
	int status = facts->stat.exit_status;
	rows_label(rows, "ended with");
	if (facts->exit_known)
		rows_format(rows, STYLE_ZOMBIE, "%s",
			    wording_exit(status, text));
	else
		rows_add(rows, STYLE_PLAIN,
			 "not shown to us: another user's process");
	if (facts->exit_known)
		rows_format(rows, STYLE_FAINT, "  (wait status 0x%04x)",
			    (unsigned)status & 0xffff);
	rows_label(rows, "to collect it");
	add_parent(facts, rows);
	rows_add(rows, STYLE_PLAIN, ", its parent, with waitpid(2)");
	const char *why = prospect(facts);
	if (why != NULL) {
		rows_label(rows, "");
		rows_add(rows, STYLE_PLAIN, why);
	}
	rows_label(rows, "");
	rows_add(rows, STYLE_PLAIN,
		 facts->stat.ppid == 1
			 ? "That is init, which should do so at once."
			 : "If that ends, init or a subreaper must.");
	add_times(facts, rows);
	add_fact(rows, "memory", "none, given back when it died");
	add_fact(rows, "descriptors", "none, closed when it died");
	add_fact(rows, "signals", "without effect, kill -9 too: it is dead");
	add_fact(rows, "what is left",
		 "its PID, parent, exit status and times: one entry");
	add_fact(rows, "", "in the process table, which can fill up");
}

static void add_text(struct rows *rows, const char *label, const char *text)
{
	rows_label(rows, label);
	if (text[0] == '\0')
		rows_add(rows, STYLE_FAINT, "?");
	else
		rows_add_foreign(rows, STYLE_PLAIN, text);
}

static void add_memory(const struct process_detail *detail, struct rows *rows)
{
	rows_label(rows, "memory");
	if (detail->has_memory)
		rows_format(rows, STYLE_PLAIN,
			    "%" PRIu64 " kB resident, of %" PRIu64 " kB mapped",
			    detail->resident_kb, detail->size_kb);
	else
		rows_add(rows, STYLE_PLAIN, "none of its own");
}

/* Adds the threads. The kernel counts a first thread that has ended, as long as
 * others run. */
static void add_threads(const struct process_facts *facts, struct rows *rows)
{
	rows_label(rows, "threads");
	if (!process_stat_is_headless(&facts->stat)) {
		rows_format(rows, STYLE_PLAIN, "%ld", facts->stat.threads);
		return;
	}
	rows_format(rows, STYLE_PLAIN, "%ld, and the first, which has ended:",
		    facts->stat.threads - 1);
	add_fact(rows, "",
		 "so /proc says Z, yet nobody can reap it before the others "
		 "end");
}

void process_section_life(const struct process_facts *facts, struct rows *rows)
{
	const struct process_detail *detail = &facts->detail;
	rows_label(rows, "parent");
	add_parent(facts, rows);
	add_text(rows, "command", detail->command);
	add_text(rows, "program", detail->executable);
	add_text(rows, "folder", detail->folder);
	if (detail->waits_in[0] != '\0')
		add_text(rows, "waits in", detail->waits_in);
	add_times(facts, rows);
	if (!detail->status_known)
		return;
	rows_label(rows, "user");
	rows_format(rows, STYLE_PLAIN, "%u", (unsigned)detail->uid);
	if (detail->inner_pid != 0 && detail->inner_pid != facts->stat.pid) {
		rows_label(rows, "in container");
		rows_format(rows, STYLE_PLAIN, "PID %d in its PID namespace",
			    detail->inner_pid);
	}
	add_threads(facts, rows);
	add_memory(detail, rows);
}

enum { SIGNALS = 64 };

/* Names a signal: SIGCHLD ..., or SIGRTMIN+N. The C library keeps the first
 * real-time signals for itself: they are SIG32, SIG33. */
static const char *name_signal(int number, char name[WORDING_SIZE])
{
	if (number < SIGRTMIN)
		return wording_signal(number, name);
	snprintf(name, WORDING_SIZE,
		 number == SIGRTMIN ? "SIGRTMIN" : "SIGRTMIN+%d",
		 number - SIGRTMIN);
	return name;
}

/* Adds a set as a list of names, folded at the right edge. */
static void add_set(const struct process_facts *facts, const char *label,
		    uint64_t set, struct rows *rows)
{
	rows_label(rows, label);
	if (set == 0)
		rows_add(rows, STYLE_FAINT, "none");
	else if (set == UINT64_MAX)
		rows_add(rows, STYLE_PLAIN, "all");
	size_t column = ROWS_LABEL_WIDTH;
	for (int number = 1; number <= SIGNALS && set != UINT64_MAX; number++) {
		char text[WORDING_SIZE];
		if (!signal_set_has(set, number))
			continue;
		const char *name = name_signal(number, text);
		size_t size = strlen(name) + 1;
		if (column + size > facts->width && column > ROWS_LABEL_WIDTH) {
			rows_label(rows, "");
			column = ROWS_LABEL_WIDTH;
		}
		rows_add(rows, number == SIGCHLD ? STYLE_FROZEN : STYLE_PLAIN,
			 name);
		rows_add(rows, STYLE_PLAIN, " ");
		column += size;
	}
}

void process_section_signals(const struct process_facts *facts,
			     struct rows *rows)
{
	const struct process_detail *detail = &facts->detail;
	const struct signal_sets *sets = &detail->status.signals;
	rows_begin(rows);
	rows_begin(rows);
	rows_add(rows, STYLE_MESSAGE, "Signals");
	if (!detail->status_known) {
		rows_label(rows, "");
		rows_add(rows, STYLE_FAINT, "may not be read");
		return;
	}
	add_set(facts, "caught", sets->caught, rows);
	add_set(facts, "ignored", sets->ignored, rows);
	add_set(facts, "blocked", sets->blocked, rows);
	add_set(facts, "pending", sets->pending_process | sets->pending_thread,
		rows);
	rows_label(rows, "queued");
	rows_format(rows, STYLE_PLAIN,
		    "%" PRIu64 " of %" PRIu64 " for all of its user",
		    detail->queued, detail->queue_limit);
}

static void format_limit(uint64_t value, char text[24])
{
	if (value == LIMIT_NONE)
		snprintf(text, 24, "unlimited");
	else
		snprintf(text, 24, "%" PRIu64, value);
}

void process_section_limits(const struct process_facts *facts,
			    struct rows *rows)
{
	rows_begin(rows);
	rows_begin(rows);
	rows_add(rows, STYLE_MESSAGE, "Limits");
	if (facts->limits.count == 0) {
		rows_label(rows, "");
		rows_add(rows, STYLE_FAINT, "may not be read");
	}
	for (size_t i = 0; i < facts->limits.count; i++) {
		const struct limit *limit = &facts->limits.entries[i];
		char soft[24], hard[24];
		format_limit(limit->soft, soft);
		format_limit(limit->hard, hard);
		rows_begin(rows);
		rows_format(rows, STYLE_FAINT, "%-22.22s ", limit->name);
		rows_format(rows, STYLE_PLAIN, "%12s", soft);
		rows_format(rows, STYLE_FAINT, "  hard %12s %s", hard,
			    limit->units);
	}
}

static void add_socket(const struct tcp_socket *socket, struct rows *rows)
{
	char local[TCP_ENDPOINT_SIZE], remote[TCP_ENDPOINT_SIZE];
	wording_endpoint(&socket->local, local);
	if (socket->state == TCP_LISTEN) {
		rows_format(rows, STYLE_PLAIN, "TCP %s ", local);
		rows_add(rows, STYLE_NAME, "LISTEN");
		return;
	}
	wording_endpoint(&socket->remote, remote);
	rows_format(rows, STYLE_PLAIN, "TCP %s - %s ", local, remote);
	rows_add(rows,
		 socket->state == TCP_CLOSE_WAIT ? STYLE_FROZEN : STYLE_NAME,
		 wording_tcp_state(socket->state));
}

static uint64_t descriptors_allowed(const struct limits *limits)
{
	for (size_t i = 0; i < limits->count; i++)
		if (strcmp(limits->entries[i].name, "Max open files") == 0)
			return limits->entries[i].soft;
	return LIMIT_NONE;
}

static void add_heading(const struct process_facts *facts, struct rows *rows)
{
	uint64_t allowed = descriptors_allowed(&facts->limits);
	rows_begin(rows);
	rows_begin(rows);
	rows_add(rows, STYLE_MESSAGE, "Descriptors");
	if (facts->descriptors_hidden)
		return;
	rows_format(rows, STYLE_PLAIN, "  %s%zu",
		    facts->descriptors.cut ? "more than " : "",
		    facts->descriptors.count);
	if (allowed != LIMIT_NONE)
		rows_format(rows, STYLE_FAINT, " of %llu allowed",
			    (unsigned long long)allowed);
}

void process_section_descriptors(const struct process_facts *facts,
				 struct rows *rows)
{
	add_heading(facts, rows);
	if (facts->descriptors_hidden) {
		rows_label(rows, "");
		rows_add(rows, STYLE_FAINT, "may not be read");
	}
	for (size_t i = 0; i < facts->descriptors.count; i++) {
		const struct descriptor *one = &facts->descriptors.entries[i];
		const struct tcp_socket *socket = NULL;
		if (one->socket != 0)
			socket = tcp_table_find(&facts->sockets, one->socket);
		rows_begin(rows);
		rows_format(rows, STYLE_FAINT, "%6d  ", one->number);
		if (socket != NULL)
			add_socket(socket, rows);
		else
			rows_add_foreign(rows, STYLE_PLAIN, one->target);
	}
}
