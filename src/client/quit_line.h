/* Finds the line that ends an interactive session, a "q" or "Q" alone, in
 * input that comes in pieces of any size. Text holds no NUL byte: once one has
 * come through a pipe, the input is binary, where such a line is a chance. */
#ifndef REAP_CLIENT_QUIT_LINE_H
#define REAP_CLIENT_QUIT_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct quit_line {
	bool typed; /* set by the caller: input from a terminal is all text */
	bool binary;
	bool inside_line; /* something of the line is already through */
	char held;        /* a 'q' or 'Q' that may be one, or 0 */
	bool found;
};

/* Takes the next piece of input and writes to `output`, which has room for
 * size + 1 bytes, what is to be sent of it: all before the quit line. A letter
 * that may turn out to be one is held back until the next piece. Returns the
 * bytes written. */
size_t quit_line_filter(struct quit_line *line, const char *input, size_t size,
			char *output);

#endif
