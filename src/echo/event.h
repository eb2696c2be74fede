/* What happens in a server: counted always, and with --trace also logged, one
 * JSON object a line. The functions marked "handler" are async-signal-safe and
 * leave errno alone. A stop (stop.h) comes before an event or after it, with its
 * count and its line, and nothing comes after a stop. Each line is one write(2) on
 * a descriptor opened O_APPEND, so the lines of parent, children and handlers never
 * mix.
 *
 * A line's t_ns is taken just before it is written. In between, a handler of the
 * same process or another process may write its own: then t_ns steps back. And a
 * child can be reaped before its parent has returned from fork(2): then `reap`
 * stands before `fork`. That is what happened, so that is what is logged. */
#ifndef REAP_ECHO_EVENT_H
#define REAP_ECHO_EVENT_H

#include "echo/address.h"

#include <stdint.h>
#include <sys/types.h>

/* The parent's counts since it started. */
struct event_counts {
	int forked;
	int reaped;
	int sigchlds;
};

/* Opens the log, to append; made with mode 0600 if it is not there. Returns 0,
 * or -1 with errno set. What else there may be in its place: log_file.h. A FIFO
 * that nobody reads is refused (ENXIO); one whose reader stalls ends the log, as
 * a full disk does: serving comes first. */
int event_log_open(const char *path);

/* The parent accepts from now on. Returns 0, or -1 with errno set if the log
 * could not be written: it is the first line, so this finds a full disk.
 * Failures after it cost one warning, and the log ends there. */
int event_listen(const union address *address, int backlog,
		 const char *variant);

void event_accept(const union address *peer); /* parent: a client is here */
void event_fork(pid_t child);                 /* parent: it has a child now */
void event_sigchld(void);                     /* handler: SIGCHLD delivered */

/* handler: waitpid(2) gave this child, with its wait status. */
void event_reap(pid_t child, int status);

void event_close(uint64_t bytes); /* child: read the FIN, having echoed bytes */
void event_exit(int exit_code);   /* child: about to _exit with that */

/* A call failed, and the process goes on (or says in `exit` that it does not).
 * handler. */
void event_error(const char *call, int error);

/* The parent ends: the totals, and the zombies it leaves (-1: not known).
 * handler. */
void event_stop(const struct event_counts *counts, int zombies);

/* The counts so far. handler. */
struct event_counts event_counts(void);

#endif
