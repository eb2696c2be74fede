/* The children of this process, as the kernel lists them. */
#ifndef REAP_ECHO_PROCESS_CHILDREN_H
#define REAP_ECHO_PROCESS_CHILDREN_H

#include <stdbool.h>
#include <sys/types.h>

/* Counts the calling process's children, zombies included. If `counts` is not NULL,
 * counts only those for which it returns true. Returns -1 with errno set if the kernel
 * does not list children (ENOENT: it was built without CONFIG_PROC_CHILDREN).
 * Async-signal-safe.
 *
 * The list may lack a child for each one that is reaped while it is read (proc(5)). */
int children_count(bool (*counts)(pid_t child));

#endif
