/* Counts and logs events: see event.h. */
#include "echo/log/event.h"

#include "common/complain.h"
#include "common/write_all.h"
#include "echo/log/json_line.h"
#include "echo/log/log_file.h"
#include "echo/process/parent_state.h"
#include "echo/process/stop.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Shared with handlers. Set before a handler is installed; later it can only become
 * -1. */
static volatile sig_atomic_t log_fd = -1;

/* The parent. Only the parent reports a broken log: there may be thousands of children. */
static pid_t log_owner;

int event_log_open(const char *path)
{
	int fd = log_file_open(path);

	if (fd < 0)
		return -1;
	log_owner = getpid();
	log_fd = fd;
	return 0;
}

static void start(struct json_line *line, const char *event)
{
	struct timespec now = {0};
	pid_t pid = getpid();

	/* Cannot fail: the clock exists and the pointer is good. In a child by
	 * the system call: what clock_gettime(3) reads without one (vdso(7)) it
	 * would first have to map, by a page fault that costs more. */
	if (pid == log_owner)
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	else
		(void)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	json_line_start(line);
	json_line_number(line, "t_ns",
			 (int64_t)now.tv_sec * 1000000000 + now.tv_nsec);
	json_line_number(line, "pid", pid);
	json_line_text(line, "event", event);
}

/* Writes the line in one write(2). If only a part had room, a second write fails and
 * gives the reason. Returns 0, or -1 with errno set. */
static int put(struct json_line *line)
{
	json_line_end(line);
	return write_all(log_fd, line->text, line->used);
}

/* Begins an event's line if there is a log, and returns whether there is. The stop is
 * held until finish(), so that no line comes after the last one. */
static bool begin(struct json_line *line, const char *event)
{
	stop_hold();
	if (log_fd >= 0) {
		start(line, event);
		return true;
	}
	stop_release();
	return false;
}

/* Writes the line. If that fails, the log ends: serving comes first, and a log with gaps
 * would be wrong. */
static void put_or_end_log(struct json_line *line)
{
	static const char log_ends[] = "event log ends here, serving goes on";
	int saved_errno = errno;

	if (put(line) < 0) {
		int error = errno;

		log_fd = -1;
		if (getpid() != log_owner)
			; /* the parent reports it */
		else if (error == EAGAIN)
			complain(log_ends, "its reader has stalled");
		else
			complain_errno(log_ends, error);
	}
	/* An unneeded write would copy errno's page after a fork: lean/lean.h. */
	if (errno != saved_errno)
		errno = saved_errno;
}

static void finish(struct json_line *line)
{
	put_or_end_log(line);
	stop_release();
}

int event_listen(const union address *address, int backlog, const char *variant)
{
	char host[ADDRESS_TEXT_SIZE];
	struct json_line line;

	if (log_fd < 0)
		return 0;
	start(&line, "listen");
	json_line_text(&line, "address", address_format_host(address, host));
	json_line_number(&line, "port", address_port(address));
	json_line_number(&line, "backlog", backlog);
	json_line_text(&line, "variant", variant);
	return put(&line);
}

void event_accept(const union address *peer)
{
	char text[ADDRESS_TEXT_SIZE];
	struct json_line line;

	if (!begin(&line, "accept"))
		return;
	json_line_text(&line, "peer", address_format(peer, text));
	finish(&line);
}

void event_fork(pid_t child)
{
	struct json_line line;

	stop_hold();
	parent_state->forked = parent_state->forked + 1;
	if (begin(&line, "fork")) {
		json_line_number(&line, "child", child);
		finish(&line);
	}
	stop_release();
}

void event_sigchld(void)
{
	struct json_line line;

	stop_hold();
	parent_state->sigchlds = parent_state->sigchlds + 1;
	if (begin(&line, "sigchld"))
		finish(&line);
	stop_release();
}

void event_reap(pid_t child, int status)
{
	struct json_line line;

	stop_hold();
	parent_state->reaped = parent_state->reaped + 1;
	if (begin(&line, "reap")) {
		json_line_number(&line, "child", child);
		if (WIFSIGNALED(status))
			json_line_number(&line, "signal", WTERMSIG(status));
		else
			json_line_number(&line, "exit_code",
					 WEXITSTATUS(status));
		finish(&line);
	}
	stop_release();
}

void event_close(uint64_t bytes)
{
	struct json_line line;

	if (!begin(&line, "close"))
		return;
	json_line_number(&line, "bytes", (int64_t)bytes);
	finish(&line);
}

void event_exit(int exit_code)
{
	struct json_line line;

	if (!begin(&line, "exit"))
		return;
	json_line_number(&line, "exit_code", exit_code);
	finish(&line);
}

void event_error(const char *call, int error)
{
	const char *name = strerrorname_np(error);
	struct json_line line;

	if (!begin(&line, "error"))
		return;
	json_line_text(&line, "call", call);
	json_line_text(&line, "errno", name ? name : "unknown");
	finish(&line);
}

void event_stop(const struct event_counts *counts, int zombies)
{
	struct json_line line;

	if (log_fd < 0)
		return;
	start(&line, "stop");
	json_line_number(&line, "forked", counts->forked);
	json_line_number(&line, "reaped", counts->reaped);
	json_line_number(&line, "sigchlds", counts->sigchlds);
	if (zombies < 0)
		json_line_null(&line, "zombies");
	else
		json_line_number(&line, "zombies", zombies);
	put_or_end_log(&line);
}

struct event_counts event_counts(void)
{
	struct event_counts counts = {
		.forked = parent_state->forked,
		.reaped = parent_state->reaped,
		.sigchlds = parent_state->sigchlds,
	};

	return counts;
}
