/* The children of this process, as the kernel lists them. */
#ifndef REAP_ECHO_CHILDREN_H
#define REAP_ECHO_CHILDREN_H

#include <stdbool.h>
#include <sys/types.h>

/* Counts the calling process's children, zombies too; with `counts`, only those
 * for which it returns true. Returns -1 with errno set when the kernel does not
 * list children (ENOENT: it was built without CONFIG_PROC_CHILDREN). For signal
 * handlers: only bare system calls and the stack.
 *
 * proc(5): the list may lack a child for each one that is reaped while it is
 * being read. */
int children_count(bool (*counts)(pid_t child));

#endif
