/* How many zombies this process has, without reaping any. */
#ifndef REAP_ECHO_ZOMBIES_H
#define REAP_ECHO_ZOMBIES_H

/* Counts the calling process's dead, unwaited-for children and leaves them as
 * they are. Returns -1 when the kernel does not list children (it was built
 * without CONFIG_PROC_CHILDREN). For signal handlers: only bare system calls
 * and the stack. */
int zombies_count(void);

#endif
