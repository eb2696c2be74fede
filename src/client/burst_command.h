/* `client --burst`, from its options to its exit status. */
#ifndef REAP_CLIENT_BURST_COMMAND_H
#define REAP_CLIENT_BURST_COMMAND_H

#include "client/options.h"

/* Runs the burst and prints its summary. Returns the exit status: EXIT_FAILED
 * if any session did not go well. */
int burst_command(const struct options *options);

#endif
