/* The event log of one server, followed as it grows. */
#ifndef REAP_READ_EVENT_LOG_H
#define REAP_READ_EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct event_log;

/* What the log says of the server since it began to listen. */
struct event_counts {
	uint64_t forked;
	uint64_t reaped;
	uint64_t sigchlds;
};

/* Opens FILE for the server with that PID. NULL with errno, EINVAL if it is
 * not a regular file. The caller ends it with event_log_close(). */
struct event_log *event_log_open(const char *path, pid_t server);

/* Finds the log by what the server (its folder below /proc) holds open: a
 * regular file it can only append to, whose first line is a `listen` event.
 * NULL if there is none or we may not look. */
struct event_log *event_log_find(int directory, pid_t server);

void event_log_close(struct event_log *log);

/* Reads what was added, up to about `budget` bytes, so that a big log does
 * not hold up the screen: true if more is waiting. A line that is no event is
 * skipped; a log that became shorter is read from its start. A failing read
 * counts as nothing added. */
bool event_log_follow(struct event_log *log, size_t budget);

/* Whether it has told of the server at all yet: before, and for ever if the
 * file is another's log or none, the counts below are no facts. */
bool event_log_tells(const struct event_log *log);

const struct event_counts *event_log_counts(const struct event_log *log);

/* A child that the server reaped. */
struct event_reap {
	pid_t child;
	int64_t t_ns; /* CLOCK_MONOTONIC */
	bool exit_known;
	int exit_status; /* as waitpid(2) gave it */
};

enum { EVENT_REAPS_MAX = 64 };

/* The reaps that the last event_log_follow() read, of more than can be kept the
 * last ones: how many, and number i of them, from 0 for the oldest. */
size_t event_log_reap_count(const struct event_log *log);
const struct event_reap *event_log_reap(const struct event_log *log, size_t i);

/* The open file, to read at places of one's own (pread(2)). */
int event_log_descriptor(const struct event_log *log);

#endif
