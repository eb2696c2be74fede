/* One line on stderr, one write: see complain.h. */
#include "echo/complain.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const char *program_name = "reap";

void complain_as(const char *program)
{
	program_name = program;
}

/* Appends text to the line of `size` bytes at `used`; returns the new use. */
static size_t append(char *line, size_t size, size_t used, const char *text)
{
	for (; *text != '\0' && used < size; text++) {
		bool control = (unsigned char)*text < ' ' || *text == 0x7f;

		line[used++] = '?';
		if (!control)
			line[used - 1] = *text;
	}
	return used;
}

void complain(const char *what, const char *why)
{
	int saved_errno = errno;
	char line[512];
	size_t room = sizeof(line) - 1;
	size_t used = 0;

	used = append(line, room, used, program_name);
	used = append(line, room, used, ": ");
	used = append(line, room, used, what);
	used = append(line, room, used, ": ");
	used = append(line, room, used, why);
	line[used++] = '\n';
	/* Nobody to tell if stderr is gone. */
	ssize_t ignored = write(STDERR_FILENO, line, used);
	(void)ignored;
	errno = saved_errno;
}

void complain_errno(const char *what, int error)
{
	complain(what, strerror(error));
}
