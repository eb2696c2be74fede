/* Writes one line to stderr: see complain.h. */
#include "common/complain.h"

#include "common/write_all.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const char *program_name = "reap";
static int (*put)(int fd, const void *data, size_t size) = write_all;

void complain_as(const char *program)
{
	program_name = program;
}

void complain_through(int (*write)(int fd, const void *data, size_t size))
{
	put = write;
}

/* Appends text to the line of `size` bytes at `used`. Returns the new length. */
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

/* Appends at most `most` bytes of text: a longer text loses its middle. */
static size_t append_cut(char *line, size_t size, size_t used, const char *text,
			 size_t most)
{
	static const char gap[] = "...";
	size_t length = strlen(text);
	size_t half = (most - strlen(gap)) / 2;

	if (length <= most)
		return append(line, size, used, text);
	used = append(line, used + half, used, text);
	used = append(line, size, used, gap);
	return append(line, size, used, text + length - half);
}

void complain(const char *what, const char *why)
{
	int saved_errno = errno;
	char line[1024];
	size_t room = sizeof(line) - 1;
	size_t used = 0;
	size_t reason = strlen(why) < room / 2 ? strlen(why) : room / 2;

	used = append(line, room, used, program_name);
	used = append(line, room, used, ": ");
	/* The reason stays on the line, however long a path or a host is. */
	used = append_cut(line, room, used, what,
			  used + reason + 16 < room ? room - used - reason - 2
						    : 16);
	used = append(line, room, used, ": ");
	used = append(line, room, used, why);
	line[used++] = '\n';
	/* Ignore errors: there is no other place to report them. */
	(void)put(STDERR_FILENO, line, used);
	errno = saved_errno;
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
