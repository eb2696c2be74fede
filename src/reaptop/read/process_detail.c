/* One process in detail. In status, lines of `Key:\tvalue`, the name in the
 * first line cannot forge another: the kernel escapes newlines there
 * (proc_task_name() in fs/proc/array.c). */
#include "reaptop/read/process_detail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t number_of(const char *text, const char *key)
{
	const char *value = proc_value(text, key);
	return value == NULL ? 0 : strtoull(value, NULL, 10);
}

static uint64_t signals_of(const char *text, const char *key)
{
	const char *value = proc_value(text, key);
	return value == NULL ? 0 : strtoull(value, NULL, 16);
}

int process_status_parse(const char *text, struct process_status *status)
{
	*status = (struct process_status){
		.tgid = (pid_t)number_of(text, "Tgid"),
		.tracer = (pid_t)number_of(text, "TracerPid"),
		.signals =
			{
				.pending_thread = signals_of(text, "SigPnd"),
				.pending_process = signals_of(text, "ShdPnd"),
				.blocked = signals_of(text, "SigBlk"),
				.ignored = signals_of(text, "SigIgn"),
				.caught = signals_of(text, "SigCgt"),
			},
	};
	return status->tgid > 0 ? 0 : -1;
}

int process_status_read(int directory, struct proc_text *scratch,
			struct process_status *status)
{
	if (proc_read(directory, "status", scratch) != 0)
		return -1;
	if (process_status_parse(scratch->data, status) != 0) {
		errno = scratch->size == 0 ? ESRCH : EPROTO;
		return -1;
	}
	return 0;
}

int process_status_waits(int proc, pid_t pid, uint64_t *waits)
{
	static const char key[] = "voluntary_ctxt_switches";
	char path[24], text[4096];
	snprintf(path, sizeof(path), "%d/status", pid);
	if (proc_read_some(proc, path, text, sizeof(text)) < 0)
		return -1;
	*waits = number_of(text, key);
	errno = EPROTO;
	return proc_value(text, key) == NULL ? -1 : 0;
}

bool signal_set_has(uint64_t set, int signal)
{
	return (set >> (signal - 1) & 1) != 0;
}

/* Returns the last number in the line: the innermost namespace's PID. */
static pid_t last_number(const char *value)
{
	pid_t last = 0;
	if (value == NULL)
		return 0;
	for (char *rest;; value = rest) {
		if (*value != '\t' && *value != ' ')
			return last;
		long number = strtol(value, &rest, 10);
		if (rest == value)
			return last;
		last = (pid_t)number;
	}
}

int process_detail_parse(const char *text, struct process_detail *detail)
{
	*detail = (struct process_detail){0};
	if (process_status_parse(text, &detail->status) != 0)
		return -1;
	detail->status_known = true;
	detail->uid = (uid_t)number_of(text, "Uid");
	detail->threads = (long)number_of(text, "Threads");
	detail->has_memory = proc_value(text, "VmSize") != NULL;
	detail->size_kb = number_of(text, "VmSize");
	detail->resident_kb = number_of(text, "VmRSS");
	detail->inner_pid = last_number(proc_value(text, "NSpid"));
	const char *queue = proc_value(text, "SigQ");
	if (queue != NULL) {
		char *slash;
		detail->queued = strtoull(queue, &slash, 10);
		if (*slash == '/')
			detail->queue_limit = strtoull(slash + 1, NULL, 10);
	}
	return 0;
}

static void read_link(int directory, const char *name, char *text, size_t size)
{
	ssize_t length = readlinkat(directory, name, text, size - 1);
	text[length < 0 ? 0 : length] = '\0';
}

/* Reads the arguments, each of which ends in NUL, with spaces between them. */
static void read_command(int directory, char *command, size_t size)
{
	ssize_t length = proc_read_some(directory, "cmdline", command, size);
	if (length < 0)
		length = 0;
	while (length > 0 && command[length - 1] == '\0')
		length--;
	for (ssize_t i = 0; i < length; i++)
		if (command[i] == '\0')
			command[i] = ' ';
	command[length] = '\0';
}

void process_detail_read(int directory, struct proc_text *scratch,
			 struct process_detail *detail)
{
	if (proc_read(directory, "status", scratch) != 0 ||
	    process_detail_parse(scratch->data, detail) != 0)
		*detail = (struct process_detail){0};
	read_command(directory, detail->command, sizeof(detail->command));
	read_link(directory, "exe", detail->executable,
		  sizeof(detail->executable));
	read_link(directory, "cwd", detail->folder, sizeof(detail->folder));
	ssize_t length = proc_read_some(directory, "wchan", detail->waits_in,
					sizeof(detail->waits_in));
	/* "0": the process does not wait, or we may not see where. */
	if (length <= 0 || strcmp(detail->waits_in, "0") == 0)
		detail->waits_in[0] = '\0';
}

/* limits: a heading, then lines of a name in 25 columns, two values and a unit,
 * separated by spaces (proc_pid_limits() in fs/proc/base.c). */
enum { NAME_COLUMNS = 25 };

/* Takes the next word of a line, cut to `size`. Returns false at the end. */
static bool take_word(const char **at, const char *end, char *word, size_t size)
{
	while (*at < end && **at == ' ')
		(*at)++;
	size_t length = 0;
	for (; *at < end && **at != ' '; (*at)++)
		if (length + 1 < size)
			word[length++] = **at;
	word[length] = '\0';
	return length > 0;
}

static bool take_value(const char **at, const char *end, uint64_t *value)
{
	char word[24], *rest;
	if (!take_word(at, end, word, sizeof(word)))
		return false;
	if (strcmp(word, "unlimited") == 0) {
		*value = LIMIT_NONE;
		return true;
	}
	*value = strtoull(word, &rest, 10);
	return word[0] >= '0' && word[0] <= '9' && *rest == '\0';
}

static bool parse_line(const char *line, const char *end, struct limit *limit)
{
	if (end - line <= NAME_COLUMNS)
		return false;
	size_t length = NAME_COLUMNS;
	while (length > 0 && line[length - 1] == ' ')
		length--;
	memcpy(limit->name, line, length);
	limit->name[length] = '\0';
	const char *at = line + NAME_COLUMNS;
	if (length == 0 || !take_value(&at, end, &limit->soft) ||
	    !take_value(&at, end, &limit->hard))
		return false;
	/* No word: a limit without a unit. */
	(void)take_word(&at, end, limit->units, sizeof(limit->units));
	return true;
}

void limits_parse(const char *text, size_t size, struct limits *limits)
{
	const char *end = text + size;
	limits->count = 0;
	while (text < end && limits->count < LIMITS_MAX) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline == NULL ? end : newline;
		if (parse_line(text, stop, &limits->entries[limits->count]))
			limits->count++;
		text = stop + 1;
	}
}

int limits_read(int directory, struct proc_text *scratch, struct limits *limits)
{
	limits->count = 0;
	if (proc_read(directory, "limits", scratch) != 0)
		return -1;
	limits_parse(scratch->data, scratch->size, limits);
	return 0;
}
