/* /proc/PID/status, lines of `Key:\tvalue`. The name in its first line cannot
 * forge another: the kernel escapes newlines there (proc_task_name()). */
#include "reaptop/read/process_status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct key {
	const char *name;
	uint64_t *set;
};

/* The value in a line `name:\tvalue`, or NULL if the line is another. */
static const char *value_of(const char *line, const char *end, const char *name)
{
	size_t length = strlen(name);
	if ((size_t)(end - line) <= length + 1 ||
	    memcmp(line, name, length) != 0 || line[length] != ':')
		return NULL;
	return line + length + 1;
}

static void take_line(const char *line, const char *end, const struct key *keys,
		      size_t count, struct process_status *status)
{
	const char *value = value_of(line, end, "Tgid");
	if (value != NULL)
		status->tgid = (pid_t)strtol(value, NULL, 10);
	for (size_t i = 0; i < count; i++) {
		value = value_of(line, end, keys[i].name);
		if (value != NULL)
			*keys[i].set = strtoull(value, NULL, 16);
	}
}

int process_status_parse(const char *text, size_t size,
			 struct process_status *status)
{
	*status = (struct process_status){0};
	const struct key keys[] = {
		{"SigPnd", &status->signals.pending_thread},
		{"ShdPnd", &status->signals.pending_process},
		{"SigBlk", &status->signals.blocked},
		{"SigIgn", &status->signals.ignored},
		{"SigCgt", &status->signals.caught},
	};
	const char *end = text + size;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline == NULL ? end : newline;
		take_line(text, stop, keys, sizeof keys / sizeof *keys, status);
		if (newline == NULL)
			break;
		text = newline + 1;
	}
	return status->tgid > 0 ? 0 : -1;
}

int process_status_read(int directory, struct proc_text *scratch,
			struct process_status *status)
{
	if (proc_read(directory, "status", scratch) != 0)
		return -1;
	if (process_status_parse(scratch->data, scratch->size, status) != 0) {
		errno = scratch->size == 0 ? ESRCH : EPROTO;
		return -1;
	}
	return 0;
}

int process_status_waits(int proc, pid_t pid, uint64_t *waits)
{
	static const char key[] = "\nvoluntary_ctxt_switches:";
	char path[24], text[4096];
	snprintf(path, sizeof path, "%d/status", pid);
	if (proc_read_some(proc, path, text, sizeof text) < 0)
		return -1;
	const char *line = strstr(text, key);
	if (line == NULL) {
		errno = EPROTO;
		return -1;
	}
	*waits = strtoull(line + sizeof key - 1, NULL, 10);
	return 0;
}

bool signal_set_has(uint64_t set, int signal)
{
	return (set >> (signal - 1) & 1) != 0;
}
