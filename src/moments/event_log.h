/* The event log of one run, as the project's servers write it with --trace: JSON Lines.
 * The server itself need not know of it. Read next: echo/log/event.h. */
#ifndef REAP_MOMENTS_EVENT_LOG_H
#define REAP_MOMENTS_EVENT_LOG_H

#include "moments/task.h"

#include <stdbool.h>
#include <stdio.h>

struct run;

/* Opens a file for the log, and empties it. Returns NULL with errno set if it cannot. */
FILE *event_log_open(const char *path);

/* The following do nothing if the run has no log. Errors show in ferror(3). */

/* The parent listens with this backlog. */
void event_log_listen(const struct run *run, int backlog);

/* The parent has got signal SIGCHLD. */
void event_log_sigchld(const struct run *run);

/* The parent has made that child. */
void event_log_fork(const struct run *run, int child);

/* A child has died, with a status as waitpid(2) gives it. */
void event_log_death(const struct run *run, int child, int status);

/* A call of the parent has returned: it may have accepted a client, or reaped. */
void event_log_return(struct run *run, const struct task *task);

/* The run is over. */
void event_log_stop(struct run *run);

#endif
