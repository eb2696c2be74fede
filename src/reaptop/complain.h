/* How reaptop says that something went wrong: one line on stderr,
 * `reaptop: what: why`, and what its exit status means. */
#ifndef REAP_REAPTOP_COMPLAIN_H
#define REAP_REAPTOP_COMPLAIN_H

#include "common/shortage.h"

#include <stdbool.h>

enum {
	EXIT_DONE = 0,   /* all went well */
	EXIT_FAILED = 1, /* something failed while running */
	EXIT_USAGE = 2,  /* the command line was wrong */
};

/* Writes `reaptop: what: why` and a newline in one write(2); control
 * characters in either are shown as `?`, a long `what` loses its middle. While
 * the screen is up the line would spoil it: take the screen down first. A
 * failing stderr is ignored: there is no one left to tell. */
void complain(const char *what, const char *why);

/* complain() with shortage_text() of the error as the reason. */
void complain_errno(const char *what, int error);
void complain_of_call(const char *what, enum shortage_call call, int error);

/* Complains and returns true if the stack's limit leaves the program too
 * little. To be called first: see shortage_of_stack(). */
bool complain_of_stack(void);

#endif
