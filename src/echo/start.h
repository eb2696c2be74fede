/* How a server starts: command line, event log, listening socket, the variant's own
 * setup. What all that needs of the stack is free again before the first accept: the
 * parent's part of it is copied after each fork (server.c). */
#ifndef REAP_ECHO_START_H
#define REAP_ECHO_START_H

#include "echo/variant.h"

#include <stdbool.h>

/* Does all up to the line on stdout that says where the server listens, for the
 * variant that *server names. Returns true: clients may come. Or false, with
 * *status to end with: --help was answered, or stderr says what failed. */
bool server_start(struct server *server, int argc, char **argv, int *status);

/* With each client: tries that line again, if stdout was full when it was to be
 * written (try_write.h). */
void server_announce(void);

#endif
