/* Reaping done right, ready-made: for variants whose point lies elsewhere (when
 * to reap, or a close that is missing). How it is done is server_waitpid_loop's
 * to show. */
#ifndef REAP_ECHO_REAPER_H
#define REAP_ECHO_REAPER_H

#include "echo/variant.h"

/* Reaps every child that is dead now, and waits for none. Async-signal-safe, but
 * for errno, which it changes. */
void reap_all(void);

/* A setup: installs a SIGCHLD handler that calls reap_all(). */
int reap_on_sigchld(struct server *server);

#endif
