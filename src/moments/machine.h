/* What differs between processors: the few things that a tracer does to a thread's
 * registers. One file per machine, chosen by the Makefile. */
#ifndef REAP_MOMENTS_MACHINE_H
#define REAP_MOMENTS_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

struct call_name {
	int number;
	const char *name;
};

/* NULL if moments knows this machine, else what to tell the user. */
extern const char *const machine_unknown;

/* AUDIT_ARCH_* of <linux/audit.h>. */
extern const uint32_t machine_architecture;

/* Names of calls that only this machine has; the last one is NULL. */
extern const struct call_name machine_call_names[];

/* Makes the thread make another call than the one that it has entered: -1 is none.
 * Returns 0, or -1. */
int machine_replace_call(pid_t tid, int number);

/* Returns where the registers hold that argument of a call, from 0 to 5. */
unsigned long long *machine_argument(struct user_regs_struct *registers,
				     int number);

/* Puts the call and its arguments, as they were at its entry, into the registers of its
 * return: programs rely on them, and so does the kernel if it restarts the call. */
void machine_restore_call(struct user_regs_struct *returned,
			  const struct user_regs_struct *entered);

/* Turns the registers at a call's entry into those before its instruction. */
void machine_rewind_call(struct user_regs_struct *entered);

/* Lets the thread, stopped in a call, return `result` from the call. */
void machine_set_result(struct user_regs_struct *registers, int64_t result);

/* Returns whether the instruction, as read from memory, makes a system call. */
bool machine_is_call(uint64_t instruction);

#endif
