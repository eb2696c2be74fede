/* The command `client` without --burst: sends stdin to the server and prints what
 * comes back. */
#ifndef REAP_CLIENT_INTERACTIVE_H
#define REAP_CLIENT_INTERACTIVE_H

#include "client/options.h"

/* Runs one session, until the server's FIN. Returns the exit status: EXIT_DONE if as
 * many bytes came back as were sent and the client closed first, otherwise
 * EXIT_FAILED. */
int interactive_command(const struct options *options);

#endif
