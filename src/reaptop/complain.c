/* One line on stderr, `reaptop: what: why`. What is said may quote a command
 * line, a path or another program's output, so it is cleaned on the way. */
#include "reaptop/complain.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 1024,
	WHAT_END_BYTES = 240, /* of each end of what is too long */
};

void complain(const char *what, const char *why)
{
	char line[LINE_MAX_BYTES];
	size_t long_what = strlen(what);
	int length;

	/* A long path does not push the reason off the line. */
	if (long_what > (size_t)2 * WHAT_END_BYTES)
		length = snprintf(line, sizeof(line) - 1,
				  "reaptop: %.*s...%s: %s", WHAT_END_BYTES,
				  what, what + long_what - WHAT_END_BYTES, why);
	else
		length = snprintf(line, sizeof(line) - 1, "reaptop: %s: %s",
				  what, why);
	if (length < 0)
		return;
	size_t size = strlen(line);
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)line[i];
		if (byte < 0x20 || byte == 0x7f)
			line[i] = '?';
	}
	line[size++] = '\n';
	ssize_t written = write(STDERR_FILENO, line, size);
	(void)written; /* no one left to tell */
}

void complain_of_call(const char *what, enum shortage_call call, int error)
{
	char why[SHORTAGE_TEXT_SIZE];
	complain(what, shortage_text(call, error, why));
}

void complain_errno(const char *what, int error)
{
	complain_of_call(what, SHORTAGE_ANY_CALL, error);
}

bool complain_of_stack(void)
{
	char why[SHORTAGE_TEXT_SIZE];
	const char *shortage = shortage_of_stack(why);
	if (shortage != NULL)
		complain("stack", shortage);
	return shortage != NULL;
}
