/* Correct reaping, for variants whose lesson is another one (when to reap, or a missing
 * close). server_waitpid_loop shows how it is done. */
#ifndef REAP_ECHO_REAPER_H
#define REAP_ECHO_REAPER_H

#include "echo/variant.h"

/* Reaps every child that is dead now, without waiting. Async-signal-safe; changes
 * errno. */
void reap_all(void);

/* Installs a SIGCHLD handler that calls reap_all(). For use as a variant's setup. */
int reap_on_sigchld(struct server *server);

/* Calls reap_on_sigchld() if orphans come to this process, because it is process 1 or a
 * subreaper (prctl(2), PR_SET_CHILD_SUBREAPER). For use as a variant's setup. */
int reap_orphans(struct server *server);

/* Block and unblock SIGCHLD, so that the handler does not reap a child that the caller
 * waits for by its PID. A child that is forked in between inherits the mask, and calls
 * reap_release() too. They do not nest. Both preserve errno. */
void reap_hold(void);
void reap_release(void);

#endif
