/* A server from main() to its exit status. */
#ifndef REAP_ECHO_PROCESS_RUN_H
#define REAP_ECHO_PROCESS_RUN_H

#include "echo/variant.h"

/* Starts the server (start.h) and calls serve(), which returns only when it cannot
 * accept any more, with errno set. Returns the exit status for main(). */
int server_run(struct server *server, int argc, char **argv,
	       void (*serve)(struct server *server));

#endif
