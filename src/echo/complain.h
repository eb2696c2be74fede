/* How every program of the lab says that something went wrong: one line on
 * stderr, `program: what: why`, in one write(2), as many processes share it. */
#ifndef REAP_ECHO_COMPLAIN_H
#define REAP_ECHO_COMPLAIN_H

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

/* Sets how the lines to come are written; it has to be async-signal-safe. Else it is
 * write_all(), which waits until the line is read. */
void complain_through(int (*write)(int fd, const void *data, size_t size));

/* Writes `program: what: why` and a newline; control characters in either are
 * shown as `?`, a line has at most 512 bytes, and a long `what` loses its middle.
 * Async-signal-safe; errno is preserved. A failing stderr is ignored: there is no
 * one left to tell. */
void complain(const char *what, const char *why);

/* complain() with shortage_text() of the error as the reason. */
void complain_errno(const char *what, int error);
void complain_of_call(const char *what, enum shortage_call call, int error);

/* Complains and returns true if the stack's limit leaves the program too little.
 * To be called first: see shortage_of_stack(). */
bool complain_of_stack(void);

#endif
