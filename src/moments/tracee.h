/* What ptrace(2) does, and nothing about servers: each function acts on one thread
 * that this process traces. Read next: run.h. */
#ifndef REAP_MOMENTS_TRACEE_H
#define REAP_MOMENTS_TRACEE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

/* Why a thread stands still. */
enum stop_kind {
	STOP_ENTERED,  /* it has entered a system call */
	STOP_RETURNED, /* it is about to return from one */
	STOP_PICKED, /* it has entered one that tracee_pick_calls() asked for */
	STOP_SIGNAL, /* a signal is about to be delivered */
	STOP_STEPPED, /* it has run one instruction */
	STOP_FORKED,  /* it has made a process or a thread */
	STOP_EXEC,    /* it runs another program now */
	STOP_EXITING, /* it exits, and is not dead yet */
	STOP_OTHER,   /* it was just made, or stopped by a signal */
	STOP_DEAD,    /* it was dead, and its tracer has now waited */
};

struct stop {
	enum stop_kind kind;
	int number; /* of the call (entered) or of the signal */
	uint64_t arguments[6];
	int64_t result; /* of the call */
	pid_t child;    /* of the fork */
	int status;     /* as waitpid(2) gave it */
};

/* Prepares this process to trace others: SIGCHLD stays pending until
 * tracee_await_stop() takes it. Returns 0, or -1. */
int tracee_prepare(void);

/* Sleeps until a traced thread may have stopped, or for that many nanoseconds. Returns
 * false if the time was over. */
bool tracee_await_stop(long ns);

/* Traces a process and all that it will make. They die if their tracer dies. */
int tracee_seize(pid_t pid);

/* Returns whether the kernel can stop a thread at chosen calls alone: seccomp(2). */
bool tracee_can_pick_calls(void);

/* Lets this thread, and the program that it will become, stop at these calls wherever
 * it runs freely. Returns 0, or -1. */
int tracee_pick_calls(const int *numbers, size_t count);

/* Reads what waitpid(2) said of the thread into a stop. */
void tracee_read_stop(pid_t tid, int status, struct stop *stop);

/* How a thread goes on. */
enum pace {
	PACE_FREE,    /* to its next fork, signal or exit */
	PACE_CALLS,   /* to the next entry to a call, or return from it, too */
	PACE_ONE_STEP /* by one instruction */
};

/* Lets a stopped thread go on, with this signal (0 is none). Returns 0, or -1 with
 * errno set: ESRCH if it was killed in the meantime. */
int tracee_resume(pid_t tid, enum pace pace, int signal);

/* Stops a thread wherever it is; a call that it sleeps in is interrupted. */
int tracee_interrupt(pid_t tid);

/* Kills the thread's process, wherever it stands. Its death is to be waited for. */
void tracee_kill(pid_t tid);

/* Returns where the thread stands, or 0. */
uint64_t tracee_address(pid_t tid);

/* Returns whether the next instruction makes a system call. */
bool tracee_at_call(pid_t tid);

int tracee_get_registers(pid_t tid, struct user_regs_struct *registers);
int tracee_set_registers(pid_t tid, const struct user_regs_struct *registers);

/* Undoes a call that the thread has entered, so that it stands before the call's
 * instruction again. Blocks until the thread stands there. Returns 0, or -1. */
int tracee_undo_call(pid_t tid, const struct user_regs_struct *entered);

/* Copies memory of the thread. Returns 0, or -1 if not all could be copied. */
int tracee_read(pid_t tid, uint64_t address, void *data, size_t size);
int tracee_write(pid_t tid, uint64_t address, const void *data, size_t size);

#endif
