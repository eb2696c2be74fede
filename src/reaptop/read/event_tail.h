/* The last lines of a server's event log, kept whole: for people to read. */
#ifndef REAP_READ_EVENT_TAIL_H
#define REAP_READ_EVENT_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "reaptop/read/event.h"

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

/* NULL when memory is short. */
struct event_tail *event_tail_new(void);
void event_tail_free(struct event_tail *tail);

/* Reads what was added to the log, open as `fd`, of the server with that PID;
 * at first, or when much was added, only the end. Another server, or a log that
 * became shorter, starts afresh, as does the server's own `listen`. Lines that
 * are no events are skipped. Returns true if there is anything new. */
bool event_tail_follow(struct event_tail *tail, int fd, pid_t server);

size_t event_tail_count(const struct event_tail *tail);

/* Line number `number`, from 0 for the oldest. */
const struct tail_line *event_tail_line(const struct event_tail *tail,
					size_t number);

#endif
