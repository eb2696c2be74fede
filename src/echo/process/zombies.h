/* How many zombies this process has, without reaping any. */
#ifndef REAP_ECHO_PROCESS_ZOMBIES_H
#define REAP_ECHO_PROCESS_ZOMBIES_H

/* Counts the calling process's zombies and does not reap them. Returns -1 if the kernel
 * does not list children (children.h). Async-signal-safe. */
int zombies_count(void);

#endif
