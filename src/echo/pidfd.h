/* A child known by a pidfd: forked at a price that does not grow with the parent's
 * open descriptors, and waited for without a look at any other child. */
#ifndef REAP_ECHO_PIDFD_H
#define REAP_ECHO_PIDFD_H

#include <sys/types.h>

/* Forks, counts it (event_fork), and stores a pidfd of the child in the parent's *pidfd (close-on-exec;
 * the caller closes it). The child keeps descriptors 0 to `last` and no others.
 * Returns as fork(2) does; EMFILE and ENFILE also when there is no descriptor
 * for the pidfd, ENOSYS before Linux 5.9.
 *
 * fork copies the descriptor table, entry by entry: with a pidfd per child the
 * thousandth child costs a thousand copies. Here the child at first shares the
 * parent's table (CLONE_FILES) and then leaves it with a copy of its low end
 * (close_range(2), CLOSE_RANGE_UNSHARE); the parent waits for that moment. Not
 * for signal handlers, nor for threads that fork at once. */
pid_t pidfd_fork(int last, int *pidfd);

/* Waits for the child of that pidfd and no other, and stores its wait status as
 * waitpid(2) does. Returns its PID, or -1 with errno set. */
pid_t pidfd_wait(int pidfd, int *status);

#endif
