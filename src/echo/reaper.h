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

/* A setup: reap_on_sigchld() if orphans come to this process, since it is process 1
 * or a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER). Else nothing. */
int reap_orphans(struct server *server);

/* Between these two that handler is held off, so that it takes no child that is
 * waited for by its PID. For the child of a fork in between, too: it inherits the
 * mask. They do not nest, and leave errno alone. */
void reap_hold(void);
void reap_release(void);

#endif
