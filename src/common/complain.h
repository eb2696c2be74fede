/* How every program says that something went wrong: one line on stderr,
 * `program: what: why`, in one write(2), as many processes may share stderr. */
#ifndef REAP_COMMON_COMPLAIN_H
#define REAP_COMMON_COMPLAIN_H

#include "common/shortage.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	EXIT_DONE = 0,   /* all went well */
	EXIT_FAILED = 1, /* something failed while running */
	EXIT_USAGE = 2,  /* the command line was wrong */
};

/* Sets the program's name for the lines to come. Keeps the pointer. */
void complain_as(const char *program);

/* Sets the function that writes the lines. It must be async-signal-safe. The default
 * is write_all(), which waits until the line is read. */
void complain_through(int (*write)(int fd, const void *data, size_t size));

/* Writes `program: what: why` and a newline. Control characters are written as `?`.
 * A line has at most 1,024 bytes: a longer `what` loses its middle. Async-signal-safe;
 * preserves errno. Ignores a failing stderr. A full-screen program restores the
 * terminal first. */
void complain(const char *what, const char *why);

/* Calls complain() with shortage_text() of the error as the reason. */
void complain_errno(const char *what, int error);
void complain_of_call(const char *what, enum shortage_call call, int error);

/* Complains and returns true if the limit of the stack is too low for the program.
 * Call this first: see shortage_of_stack(). */
bool complain_of_stack(void);

#endif
