/* The processes that reaptop has frozen, so that it thaws them when it
 * leaves. */
#ifndef REAP_ACT_FROZEN_H
#define REAP_ACT_FROZEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/server.h"

enum { FROZEN_MAX = 64 /* at the same time */ };

/* Sends SIGSTOP to a server and remembers it. Returns 0, or -1 with errno: as
 * aim_open(); EAGAIN, FROZEN_MAX are frozen. */
int frozen_stop(int proc, const struct server *server);

/* Sends SIGCONT to a server, whoever stopped it. Returns 0, or -1 with errno as
 * aim_signal(). */
int frozen_continue(int proc, const struct server *server);

/* Forgets those that others have thawed, or that are gone. After each
 * sample. */
void frozen_follow(int proc);

/* Returns whether reaptop froze the process, and nobody has thawed it since. */
bool frozen_has(const struct process_stat *stat);

/* Thaws all that are left. Async-signal-safe. Returns 0, or -1 with errno if a
 * living process could not be thawed. */
int frozen_thaw_all(void);

#endif
