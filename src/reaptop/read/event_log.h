/* The event log of one server, followed as it grows: what it counts, and its
 * last lines whole, for people to read. */
#ifndef REAP_READ_EVENT_LOG_H
#define REAP_READ_EVENT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/event.h"

struct event_log;

/* What the log says of the server since it began to listen. */
struct event_counts {
	uint64_t forked;
	uint64_t reaped;
	uint64_t sigchlds;
};

/* Opens FILE for the server with that PID. Returns NULL with errno if it fails
 * (EINVAL: not a regular file). The caller ends it with event_log_close(). */
struct event_log *event_log_open(const char *path, pid_t server);

/* Finds the log among the files that the server (by its folder below /proc)
 * holds open: a regular file to which it can only append, and whose first line
 * is a `listen` event. Returns NULL if there is none or we may not look. */
struct event_log *event_log_find(int directory, pid_t server);

void event_log_close(struct event_log *log);

/* Reads what was added, up to about `budget` bytes, so that a big log does not
 * delay the screen. Returns true if more is waiting. Skips a line that is no
 * event; reads a log that was truncated from its start; treats a failing read
 * as if nothing was added. */
bool event_log_follow(struct event_log *log, size_t budget);

/* Returns whether the log has mentioned the server yet. Until then (for ever,
 * if the file is another server's log or none) the counts are no facts. */
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

/* Return how many reaps the last event_log_follow() read (the last ones if
 * there are more than fit), and reap number `i`, from 0 for the oldest. */
size_t event_log_reap_count(const struct event_log *log);
const struct event_reap *event_log_reap(const struct event_log *log, size_t i);

/* Returns the open file, for event_tail_follow(). */
int event_log_descriptor(const struct event_log *log);

enum {
	EVENT_TAIL_MAX = 4000,
	EVENT_LINE_SIZE = 192, /* a longer line is cut */
};

struct tail_line {
	struct event event;
	size_t size;
	char text[EVENT_LINE_SIZE];
};

struct event_tail;

/* Returns NULL when memory is short. */
struct event_tail *event_tail_new(void);
void event_tail_free(struct event_tail *tail);

/* Reads what was added to the log, open as `fd`, of the server with that PID;
 * at first, or when much was added, only the end. Starts afresh for another
 * server, for a truncated log and at the server's own `listen`. Skips lines
 * that are no events. Returns true if there is anything new. */
bool event_tail_follow(struct event_tail *tail, int fd, pid_t server);

size_t event_tail_count(const struct event_tail *tail);

/* Returns line number `number`, from 0 for the oldest. */
const struct tail_line *event_tail_line(const struct event_tail *tail,
					size_t number);

#endif
