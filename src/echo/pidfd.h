/* Children with a pidfd. The cost of a fork does not grow with the parent's open
 * descriptors, and a wait does not look at any other child. */
#ifndef REAP_ECHO_PIDFD_H
#define REAP_ECHO_PIDFD_H

#include "echo/variant.h"

#include <sys/types.h>

/* Finds out how pidfd_fork() will fork; without this call the first fork does. For use
 * in a setup. Returns 0 if a child can be waited for by a pidfd. Returns -1 with errno
 * and server->failed set before Linux 5.4, or where seccomp(2) forbids it. */
int pidfd_check(struct server *server);

/* Forks, counts the child (event_fork), and stores its pidfd in the parent's *pidfd
 * (close-on-exec; the caller closes it). The child keeps descriptors 0 to `last`
 * and no others. Returns as fork(2) does; also fails with EMFILE and ENFILE if
 * there is no descriptor for the pidfd.
 *
 * fork copies the descriptor table, entry by entry: with a pidfd per child the
 * thousandth child costs a thousand copies. Here the child at first shares the
 * parent's table (CLONE_FILES) and then leaves it with a copy of its low end
 * (close_range(2), CLOSE_RANGE_UNSHARE); the parent waits for that moment. Where
 * these calls are missing (clone3 and close_range: before Linux 5.9, or by a
 * filter) it forks plainly. Not for signal handlers, nor for threads that fork at
 * once. */
pid_t pidfd_fork(int last, int *pidfd);

/* Adds a descriptor to the epoll set. Returns 0, or -1 with errno set: ENOMEM, or
 * ENOSPC at the limit fs.epoll.max_user_watches. */
int pidfd_watch(int set, int fd);

/* Keeps a pidfd for which the set has no room: pidfd_await() waits for it too. Kills and
 * reaps the child if there is no memory for that. */
void pidfd_keep(int set, pid_t child, int pidfd);

/* Waits until a descriptor of the set, or a kept pidfd, is readable. Returns that
 * descriptor, and keeps the pidfd no longer. Returns -1 if that fails, for example
 * because of a signal. */
int pidfd_await(int set);

/* Waits for the child of this pidfd only, and stores its wait status as waitpid(2) does.
 * Returns its PID, or -1 with errno set. */
pid_t pidfd_wait(int pidfd, int *status);

#endif
