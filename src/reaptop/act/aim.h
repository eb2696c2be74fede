/* Signals that hit the process that was meant, or nobody. */
#ifndef REAP_ACT_AIM_H
#define REAP_ACT_AIM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/server.h"

/* Sends a signal to the process that had this PID and start time when it was
 * seen, if it still has and is the server or descends from it. Returns 0, or -1
 * with errno: ESRCH, it is gone, its PID another's perhaps; EXDEV, it is not
 * below the server; EINVAL, it is process 1 or reaptop; and as
 * pidfd_send_signal(2), EPERM above all.
 *
 * Why it cannot hit another: a pidfd is opened first, and only then it is read
 * who has the PID. If that is the process meant, it had the PID all the time,
 * so the pidfd is of it, for good. Two processes of one PID that began in the
 * same clock tick cannot be told apart; PIDs are given in turn, so that would
 * take a round of all of them in 10 ms. */
int aim_signal(int proc, const struct server *server, pid_t pid,
	       uint64_t start_ticks, int number);

/* The two halves of this: returns the pidfd, or -1 with errno; sends through
 * it, which is async-signal-safe. */
int aim_open(int proc, const struct server *server, pid_t pid,
	     uint64_t start_ticks);
int aim_send(int handle, int number);

/* Returns false for process 1 and reaptop, which get no signal. */
bool aim_may_be(pid_t pid);

#endif
