/* The command `client --burst`. */
#ifndef REAP_CLIENT_BURST_COMMAND_H
#define REAP_CLIENT_BURST_COMMAND_H

#include "client/options.h"

/* Runs the burst and prints its summary, which main() flushes. Returns the exit
 * status: EXIT_DONE if all sessions succeeded, otherwise EXIT_FAILED. */
int burst_command(const struct options *options);

#endif
