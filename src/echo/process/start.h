/* How a server starts: command line, event log, listening socket, the variant's setup. */
#ifndef REAP_ECHO_PROCESS_START_H
#define REAP_ECHO_PROCESS_START_H

#include "echo/variant.h"

#include <stdbool.h>

/* Starts the server, up to the line on stdout that says where it listens. Returns true
 * if clients may come. Returns false and stores the exit status if the server must end:
 * --help was answered, or something failed and stderr says what. */
bool server_start(struct server *server, int argc, char **argv, int *status);

/* Writes that line if stdout was full before (try_write.h). Call it for each client. */
void server_announce(void);

#endif
