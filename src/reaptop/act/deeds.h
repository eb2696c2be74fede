/* The signals that a user can have sent. Each hits the process that was meant,
 * or nobody; and each is described in a line of text. */
#ifndef REAP_ACT_DEEDS_H
#define REAP_ACT_DEEDS_H

#include <stdbool.h>
#include <sys/types.h>

#include "reaptop/watch/watch.h"

enum { DEED_TEXT_SIZE = 320 };

/* The subject of a key: the selected server, and in it the selected child. */
struct deed_subject {
	struct server *server;     /* NULL: none is watched */
	const struct child *child; /* NULL: none is selected */
};

/* Each returns whether the deed was done, and stores in either case the text to
 * show. */

/* Sends SIGSTOP, unless the server is stopped. The server is thawed when
 * reaptop leaves. */
bool deed_freeze(const struct watch *watch, const struct server *server,
		 char text[DEED_TEXT_SIZE]);

/* Sends SIGCONT, unless the server is not stopped, or a tracer holds it. */
bool deed_thaw(const struct watch *watch, const struct server *server,
	       char text[DEED_TEXT_SIZE]);

bool deed_send_sigchld(const struct watch *watch, const struct server *server,
		       char text[DEED_TEXT_SIZE]);

/* Sends SIGKILL to a child that is alive. `child` may be NULL: none is
 * selected. */
bool deed_kill_child(const struct watch *watch, const struct server *server,
		     const struct child *child, char text[DEED_TEXT_SIZE]);

/* Sends SIGKILL to the server. Stores a text only if that fails. */
bool deed_kill_server(const struct watch *watch, const struct server *server,
		      char text[DEED_TEXT_SIZE]);

/* Returns whether the server is stopped now, and not at the last sample: a key
 * may come before the next one. */
bool deed_is_stopped(const struct server *server);

/* Returns whether a tracer holds the server now. SIGCONT does not start it. */
bool deed_is_traced(const struct server *server);

/* Returns false for process 1 and reaptop, which get no signal. */
bool deed_may_hit(pid_t pid);

/* Forgets the frozen processes that others have thawed, or that are gone. Call
 * it after each sample. */
void frozen_follow(int proc);

/* Returns whether reaptop froze the process, and nobody has thawed it since. */
bool frozen_has(const struct process_stat *stat);

/* Thaws all that reaptop has frozen. Async-signal-safe. Returns 0, or -1 with
 * errno if a living process could not be thawed. */
int frozen_thaw_all(void);

/* Stores how to thaw the selected server, or else the selected child, another
 * server or another child. Returns false if none of them is stopped. With
 * `by_keys`, only processes that a key has frozen count. */
bool stopped_describe(const struct watch *watch,
		      const struct deed_subject *selected, bool read_only,
		      bool by_keys, char text[DEED_TEXT_SIZE]);

#endif
