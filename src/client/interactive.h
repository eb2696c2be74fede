/* `client` without a burst: what is typed, or piped in, goes to the server,
 * and what comes back is printed. */
#ifndef REAP_CLIENT_INTERACTIVE_H
#define REAP_CLIENT_INTERACTIVE_H

#include "client/options.h"

/* Runs one session, to the server's FIN. Returns the exit status: EXIT_DONE
 * only if as much came back as was sent and the server closed after us. */
int interactive_command(const struct options *options);

#endif
