/* The view of one process: the child under the cursor, or without a cursor the
 * server itself. Holds its folder open while reading, so that all facts are of
 * the same process; if the PID was reused, the view says so. */
#include <errno.h>
#include <netinet/tcp.h>

#include "reaptop/screen/view.h"
#include "reaptop/views/process_rows.h"
#include "reaptop/views/views.h"

enum {
	DESCRIPTORS_SHOWN = 2000,
	SOCKETS_READ = 20000,
};

struct process {
	struct rows rows; /* first, for rows_draw() */
	struct process_facts facts;
	struct proc_text scratch;
};

static void process_close(void *state)
{
	struct process *process = state;
	descriptor_list_free(&process->facts.descriptors);
	tcp_table_free(&process->facts.sockets);
	proc_text_free(&process->scratch);
	rows_free(&process->rows);
}

static void read_parent(struct process *process)
{
	struct process_facts *facts = &process->facts;
	int proc = facts->watch->proc;
	facts->parent_known = false;
	if (facts->stat.ppid <= 0)
		return;
	int directory = proc_open_process(proc, facts->stat.ppid);
	if (directory < 0)
		return;
	facts->parent_known =
		process_stat_read(directory, "stat", &facts->parent) == 0;
	process_detail_read(directory, &process->scratch,
			    &facts->parent_detail);
	proc_close(directory);
}

/* Returns 0, or -1 with errno when memory or descriptors ran out. */
static int read_descriptors(struct process *process, int directory)
{
	struct process_facts *facts = &process->facts;
	const struct tcp_query query = {
		.states = ~(UINT32_C(1) << TCP_TIME_WAIT),
		.limit = SOCKETS_READ,
	};
	facts->sockets.count = 0;
	facts->descriptors_hidden = false;
	if (descriptors_read(directory, DESCRIPTORS_SHOWN,
			     &facts->descriptors) != 0) {
		facts->descriptors_hidden = errno == EACCES || errno == EPERM;
		facts->descriptors.count = 0;
		return facts->descriptors_hidden ? 0 : -1;
	}
	bool has_sockets = false;
	for (size_t i = 0; i < facts->descriptors.count; i++)
		has_sockets |= facts->descriptors.entries[i].socket != 0;
	if (has_sockets && tcp_sockets_read(facts->watch->proc, directory,
					    &query, &facts->sockets) != 0)
		return -1;
	tcp_table_sort(&facts->sockets);
	return 0;
}

static int read_living(struct process *process, int directory)
{
	struct process_facts *facts = &process->facts;
	process_detail_read(directory, &process->scratch, &facts->detail);
	/* Left empty if it may not be read. */
	(void)limits_read(directory, &process->scratch, &facts->limits);
	return read_descriptors(process, directory);
}

/* Reads the same through a thread that still runs. */
static int read_headless(struct process *process, int directory)
{
	int thread = proc_open_other_thread(directory, process->facts.stat.pid);
	if (thread < 0)
		return read_living(process, directory);
	int result = read_living(process, thread);
	process->facts.detail.inner_pid = 0; /* is the thread's */
	proc_close(thread);
	return result;
}

/* Words the facts. Returns 0, or -1 with errno. */
static int word(struct process *process)
{
	const struct process_facts *facts = &process->facts;
	struct rows *rows = &process->rows;
	process_section_title(facts, rows);
	if (process_stat_is_final(&facts->stat)) {
		process_section_zombie(facts, rows);
	} else {
		process_section_life(facts, rows);
		process_section_signals(facts, rows);
		process_section_descriptors(facts, rows);
		process_section_limits(facts, rows);
	}
	return rows_result(rows);
}

static void word_gone(struct rows *rows, pid_t pid, bool reused)
{
	rows_begin(rows);
	rows_format(rows, STYLE_NAME, "%d", pid);
	rows_add(rows, STYLE_ENDED, " is gone");
	rows_label(rows, "");
	rows_add(rows, STYLE_PLAIN, "It was reaped: nothing of it is left.");
	rows_label(rows, "");
	rows_add(rows, STYLE_PLAIN,
		 reused ? "Its PID is another process's now."
			: "Its PID is free to be used again.");
}

/* Words why a process cannot be read, by errno: it is gone, or hidden (proc(5),
 * hidepid). Returns -1 for any other reason. */
static int word_unreadable(struct rows *rows, pid_t pid)
{
	int error = errno;
	bool hidden = process_is_hidden(pid);
	if (proc_error_is_gone(error) && !hidden) {
		word_gone(rows, pid, false);
		return 0;
	}
	errno = error;
	if (!hidden && error != EACCES && error != EPERM)
		return -1;
	rows_begin(rows);
	rows_format(rows, STYLE_NAME, "%d", pid);
	rows_add(rows, STYLE_PLAIN,
		 " is another user's process, and hidden from us");
	return 0;
}

static int look_into(struct process *process, int directory, pid_t pid,
		     uint64_t start_ticks)
{
	struct process_facts *facts = &process->facts;
	int result = process_stat_read(directory, "stat", &facts->stat);
	if (result != 0 && !proc_error_is_gone(errno))
		return word_unreadable(&process->rows, pid);
	if (result != 0 || facts->stat.start_ticks != start_ticks) {
		word_gone(&process->rows, pid, result == 0);
		return 0;
	}
	facts->exit_known = process_exit_is_shown(facts->watch->proc, pid);
	read_parent(process);
	if (process_stat_is_headless(&facts->stat))
		result = read_headless(process, directory);
	else if (!process_stat_is_final(&facts->stat))
		result = read_living(process, directory);
	return result != 0 ? -1 : word(process);
}

static int process_update(void *state, const struct view_subject *subject)
{
	struct process *process = state;
	const struct process_stat *server = &subject->server->stat;
	bool chosen = subject->selected != 0;
	pid_t pid = chosen ? subject->selected : server->pid;
	process->facts.watch = subject->watch;
	process->facts.width = subject->width;
	rows_clear(&process->rows);
	int directory = proc_open_process(subject->watch->proc, pid);
	if (directory < 0)
		return word_unreadable(&process->rows, pid);
	int result = look_into(process, directory, pid,
			       chosen ? subject->selected_start
				      : server->start_ticks);
	proc_close(directory);
	return result;
}

const struct view process_view = {
	.opened_by = ACTION_PROCESS,
	.title = "Process",
	.state_size = sizeof(struct process),
	.close = process_close,
	.update = process_update,
	.count = rows_count,
	.row = rows_draw,
};
