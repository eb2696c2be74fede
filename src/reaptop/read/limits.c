/* /proc/PID/limits: a heading, then lines of a name in 25 columns, two values
 * and a unit, all apart by spaces (proc_pid_limits() in fs/proc/base.c). */
#include "reaptop/read/limits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_COLUMNS = 25 };

/* The next word of a line, or false. */
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
	if (!take_word(at, end, word, sizeof word))
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
	(void)take_word(&at, end, limit->units, sizeof limit->units);
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
