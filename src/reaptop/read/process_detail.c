/* One process, looked at alone. */
#include "reaptop/read/process_detail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The value of a key, or NULL. Names cannot forge one: see process_status.c */
static const char *find(const char *text, const char *key)
{
	size_t length = strlen(key);
	const char *line = text;
	while (line != NULL && *line != '\0') {
		if (strncmp(line, key, length) == 0 && line[length] == ':')
			return line + length + 1;
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	return NULL;
}

static uint64_t number_of(const char *text, const char *key)
{
	const char *value = find(text, key);
	return value == NULL ? 0 : strtoull(value, NULL, 10);
}

/* The last number in the line: the innermost namespace's PID. */
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

int process_detail_parse(const char *text, size_t size,
			 struct process_detail *detail)
{
	*detail = (struct process_detail){0};
	if (process_status_parse(text, size, &detail->status) != 0)
		return -1;
	detail->status_known = true;
	detail->uid = (uid_t)number_of(text, "Uid");
	detail->threads = (long)number_of(text, "Threads");
	detail->has_memory = find(text, "VmSize") != NULL;
	detail->size_kb = number_of(text, "VmSize");
	detail->resident_kb = number_of(text, "VmRSS");
	detail->inner_pid = last_number(find(text, "NSpid"));
	const char *queue = find(text, "SigQ");
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

/* The arguments end in NUL each. */
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
	    process_detail_parse(scratch->data, scratch->size, detail) != 0)
		*detail = (struct process_detail){0};
	read_command(directory, detail->command, sizeof detail->command);
	read_link(directory, "exe", detail->executable,
		  sizeof detail->executable);
	read_link(directory, "cwd", detail->folder, sizeof detail->folder);
	ssize_t length = proc_read_some(directory, "wchan", detail->waits_in,
					sizeof detail->waits_in);
	/* "0": it waits nowhere, or we are not told. */
	if (length <= 0 || strcmp(detail->waits_in, "0") == 0)
		detail->waits_in[0] = '\0';
}
