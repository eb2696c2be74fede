/* Standard output for programs. Numbers are formatted here without stdio: a
 * sample of 20,000 children has a hundred thousand of them. */
#include "reaptop/output/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/array.h"
#include "reaptop/signals.h"

void output_free(struct output *output)
{
	free(output->data);
	*output = (struct output){0};
}

void output_bytes(struct output *output, const char *bytes, size_t size)
{
	if (!output->failed)
		output->failed = ARRAY_RESERVE(output->data, output->capacity,
					       output->size + size) != 0;
	if (output->failed)
		return;
	memcpy(output->data + output->size, bytes, size);
	output->size += size;
}

void output_text(struct output *output, const char *text)
{
	output_bytes(output, text, strlen(text));
}

void output_number(struct output *output, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	output_bytes(output, digits + at, sizeof(digits) - at);
}

/* Lets signals in while it waits for the reader. If poll(2) says that a pipe
 * has room, there is room for PIPE_BUF. */
static int write_all(const char *data, size_t size)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	while (size > 0 && !signals_end_asked()) {
		int ready = ppoll(&out, 1, NULL, signals_while_waiting());
		if (ready < 0 && errno != EINTR)
			return -1;
		if (ready <= 0)
			continue;
		ssize_t written = write(STDOUT_FILENO, data,
					size < PIPE_BUF ? size : PIPE_BUF);
		if (written < 0 && errno != EAGAIN && errno != EINTR)
			return -1;
		if (written > 0) {
			data += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

int output_flush(struct output *output)
{
	size_t size = output->size;
	output->size = 0;
	if (output->failed) {
		errno = ENOMEM;
		return -1;
	}
	return write_all(output->data, size);
}
