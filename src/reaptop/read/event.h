/* One line of a server's event log: a flat JSON object. */
#ifndef REAP_READ_EVENT_H
#define REAP_READ_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum event_kind {
	EVENT_OTHER,
	EVENT_LISTEN,
	EVENT_ACCEPT,
	EVENT_FORK,
	EVENT_SIGCHLD,
	EVENT_REAP,
	EVENT_CLOSE,
	EVENT_EXIT,
	EVENT_ERROR,
	EVENT_STOP,
};

struct event {
	int64_t t_ns; /* CLOCK_MONOTONIC */
	pid_t pid;    /* who wrote it */
	enum event_kind kind;
	pid_t child; /* of fork and reap, else 0 */
};

/* Reads one line, without its newline. Returns 0, or -1 if it is not a JSON
 * object with the members `t_ns`, `pid` and `event`. Members it does not know
 * are skipped, whatever their value. The text may be anything. */
int event_parse(const char *line, size_t size, struct event *event);

/* Copies the value of a member into text[room], cut if need be: a string
 * without its quotes, with its escapes as they are; a number as it is; nothing
 * for a nested value. Returns false if there is no such member. */
bool event_member(const char *line, size_t size, const char *name, char *text,
		  size_t room);

#endif
