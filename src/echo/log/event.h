/* The events of a server: always counted, and with --trace also logged, one JSON object a
 * line. The functions marked "handler" are async-signal-safe and preserve errno. A stop
 * (process/stop.h) comes before or after an event with its count and its line, and no
 * event comes after a stop. Each line is one write(2) on a descriptor opened O_APPEND, so
 * the lines of parent, children and handlers never mix.
 *
 * A line's t_ns is read just before the line is written. In between, a handler of the
 * same process or another process may write its own line: then t_ns steps back. A child
 * can be reaped before its parent has returned from fork(2): then `reap` comes before
 * `fork`. */
#ifndef REAP_ECHO_LOG_EVENT_H
#define REAP_ECHO_LOG_EVENT_H

#include "common/address.h"

#include <stdint.h>
#include <sys/types.h>

/* The parent's counts since it started. */
struct event_counts {
	int forked;
	int reaped;
	int sigchlds;
};

/* Opens the log to append to it, and creates it with mode 0600 if it is missing. Returns
 * 0, or -1 with errno set. log_file.h says which files are refused. A FIFO that nobody
 * reads is refused (ENXIO). If its reader stalls, the log ends, as it does when the disk
 * is full: serving comes first. */
int event_log_open(const char *path);

/* The parent begins to accept. Returns 0, or -1 with errno set if the log cannot be
 * written: this is its first line. A later failure ends the log with one warning. */
int event_listen(const union address *address, int backlog,
		 const char *variant);

void event_accept(const union address *peer); /* parent: a client has come */
void event_fork(pid_t child);                 /* parent: it has a new child */
void event_sigchld(void);                     /* handler: SIGCHLD delivered */

/* handler: waitpid(2) returned this child, with its wait status. */
void event_reap(pid_t child, int status);

void event_close(
	uint64_t bytes);        /* child: echoed so many bytes, read the FIN */
void event_exit(int exit_code); /* child: is about to call _exit */

/* handler: a call failed. The process continues, unless `exit` follows. */
void event_error(const char *call, int error);

/* handler: the parent ends, with the totals and the zombies that it leaves (-1: not
 * known). */
void event_stop(const struct event_counts *counts, int zombies);

/* handler: returns the counts so far. */
struct event_counts event_counts(void);

#endif
