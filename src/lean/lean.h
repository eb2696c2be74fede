/* What makes a fork cheap, apart from what a server does. After fork(2) parent and child
 * share their memory, and the first write to a page copies it (copy-on-write). So a
 * server pays for each page that is written after each fork. Here is what saves pages:
 * fork(2) itself, without the C library's work around it; one page of the stack for all
 * that the parent writes for each client; a child's code side by side in memory
 * (child_code.ld); and its thread-local storage beside its data (tls_beside_data.c).
 * harness/bench/profile.md has the measurements. `make LEAN=0` builds the servers without
 * it (not_lean.c): they do the same, for fewer clients a second. */
#ifndef REAP_LEAN_LEAN_H
#define REAP_LEAN_LEAN_H

#include <sys/types.h>

/* Forks. Returns as fork(2) does. */
pid_t lean_fork(void);

enum { LEAN_ROOM_SIZE = 64 };

/* Calls run(argument, room) and returns its result. The room has LEAN_ROOM_SIZE bytes
 * for what the parent writes for each client, aligned for any type and not
 * initialised. It lasts until run() returns. NULL: there is no better room than a
 * static variable. */
int lean_run(int (*run)(void *argument, void *room), void *argument);

#endif
