/* /proc/PID/stat, one line: `PID (NAME) STATE PPID ...`. The name may hold
 * spaces, parentheses and newlines, so fields are counted from the last `)`. */
#include "reaptop/read/process_stat.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Fields as numbered in proc(5). */
enum {
	FIELD_STATE = 3,
	FIELD_PPID = 4,
	FIELD_UTIME = 14,
	FIELD_STIME = 15,
	FIELD_THREADS = 20,
	FIELD_START = 22,
	FIELD_EXIT = 52,
};

/* 52 numbers of at most 20 digits, and a name of at most 64 bytes. */
enum { STAT_SIZE = 2048 };

/* The length of a name that the kernel may have cut (TASK_COMM_LEN in
 * linux/sched.h, less the NUL). */
enum { COMM_CUT_LENGTH = 15 };

/* Reads a decimal number, moving *at behind it. Digits beyond 64 bits wrap:
 * the kernel writes none. */
static uint64_t take_number(const char **at, const char *end)
{
	bool negative = *at < end && **at == '-';
	if (negative)
		(*at)++;
	uint64_t number = 0;
	while (*at < end && **at >= '0' && **at <= '9')
		number = number * 10 + (uint64_t)(*(*at)++ - '0');
	return negative ? 0 - number : number;
}

static void store(struct process_stat *stat, int field, uint64_t number)
{
	switch (field) {
	case FIELD_PPID:
		stat->ppid = (pid_t)number;
		break;
	case FIELD_UTIME:
	case FIELD_STIME:
		stat->cpu_ticks += number;
		break;
	case FIELD_THREADS:
		stat->threads = (long)number;
		break;
	case FIELD_START:
		stat->start_ticks = number;
		break;
	case FIELD_EXIT:
		stat->exit_status = (int)number;
		break;
	default:
		break;
	}
}

static void store_name(struct process_stat *stat, const char *from,
		       const char *to)
{
	size_t size = (size_t)(to - from);
	if (size >= sizeof(stat->name))
		size = sizeof(stat->name) - 1;
	memcpy(stat->name, from, size);
	stat->name[size] = '\0';
}

int process_stat_parse(const char *text, size_t size, struct process_stat *stat)
{
	*stat = (struct process_stat){0};
	const char *end = text + size;
	const char *open = memchr(text, '(', size);
	const char *close = memrchr(text, ')', size);
	if (open == NULL || close == NULL || close < open || end - close < 3)
		return -1;
	const char *at = text;
	stat->pid = (pid_t)take_number(&at, open);
	store_name(stat, open + 1, close);
	stat->state = close[2];
	at = close + 3;
	int field = FIELD_STATE;
	while (field < FIELD_EXIT && at < end && *at == ' ') {
		at++;
		store(stat, ++field, take_number(&at, end));
	}
	/* Older kernels end earlier, but never before the start time. */
	return field >= FIELD_START ? 0 : -1;
}

int process_stat_read(int directory, const char *path,
		      struct process_stat *stat)
{
	char text[STAT_SIZE];
	ssize_t size = proc_read_some(directory, path, text, sizeof(text));
	if (size < 0)
		return -1;
	if (process_stat_parse(text, (size_t)size, stat) != 0) {
		errno = size == 0 ? ESRCH : EPROTO;
		return -1;
	}
	return 0;
}

int process_stat_read_pid(int proc, pid_t pid, struct process_stat *stat)
{
	char path[24];
	snprintf(path, sizeof(path), "%d/stat", pid);
	if (process_stat_read(proc, path, stat) == 0)
		return 0;
	/* hidepid=2 makes another user's process look as if it did not
	 * exist. */
	int error = errno;
	bool hidden = proc_error_is_gone(error) && process_is_hidden(pid);
	errno = hidden ? EACCES : error;
	return -1;
}

bool process_is_hidden(pid_t pid)
{
	return kill(pid, 0) != 0 && errno == EPERM;
}

bool process_has_died(pid_t pid)
{
	int handle = (int)syscall(SYS_pidfd_open, pid, 0);
	if (handle < 0)
		return false;
	struct pollfd end = {.fd = handle, .events = POLLIN};
	bool died = poll(&end, 1, 0) == 1 && (end.revents & POLLIN) != 0;
	close(handle);
	return died;
}

bool process_stat_is_final(const struct process_stat *stat)
{
	return (stat->state == 'Z' && stat->threads <= 1) || stat->state == 'X';
}

bool process_stat_is_headless(const struct process_stat *stat)
{
	return stat->state == 'Z' && !process_stat_is_final(stat);
}

bool process_exit_is_shown(int proc, pid_t pid)
{
	char path[24], target[4];
	snprintf(path, sizeof(path), "%d/cwd", pid);
	/* A zombie has no working directory, so ENOENT means yes. */
	return readlinkat(proc, path, target, sizeof(target)) >= 0 ||
	       errno != EACCES;
}

void process_name_complete(const char *cmdline, size_t size, const char *comm,
			   char name[FULL_NAME_SIZE])
{
	size_t length = strlen(comm);
	snprintf(name, FULL_NAME_SIZE, "%s", comm);
	if (length != COMM_CUT_LENGTH)
		return;
	size_t argument_size;
	for (size_t at = 0; at < size; at += argument_size + 1) {
		const char *argument = cmdline + at;
		argument_size = strnlen(argument, size - at);
		const char *slash = memrchr(argument, '/', argument_size);
		const char *base = slash == NULL ? argument : slash + 1;
		size_t base_size = argument_size - (size_t)(base - argument);
		if (base_size >= length && memcmp(base, comm, length) == 0) {
			snprintf(name, FULL_NAME_SIZE, "%.*s", (int)base_size,
				 base);
			return;
		}
	}
}

void process_name_read(int directory, struct proc_text *scratch,
		       const char *comm, char name[FULL_NAME_SIZE])
{
	if (proc_read(directory, "cmdline", scratch) != 0)
		scratch->size = 0;
	process_name_complete(scratch->size == 0 ? "" : scratch->data,
			      scratch->size, comm, name);
}
