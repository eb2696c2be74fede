/* The registers of 64-bit ARM: see machine.h. */
#include "moments/machine.h"

#include <elf.h>
#include <linux/audit.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

enum { CALL_SIZE = 4 };

#ifndef NT_ARM_SYSTEM_CALL
#define NT_ARM_SYSTEM_CALL 0x404
#endif

const char *const machine_unknown = NULL;
const uint32_t machine_architecture = AUDIT_ARCH_AARCH64;

const struct call_name machine_call_names[] = {{0, NULL}};

int machine_replace_call(pid_t tid, int number)
{
	struct iovec set = {.iov_base = &number, .iov_len = sizeof(number)};

	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_ARM_SYSTEM_CALL, &set) <
			       0
		       ? -1
		       : 0;
}

unsigned long long *machine_argument(struct user_regs_struct *registers,
				     int number)
{
	return &registers->regs[number];
}

/* x0 has the result by now. The kernel keeps the first argument, and the number, for a
 * restart of its own. */
void machine_restore_call(struct user_regs_struct *returned,
			  const struct user_regs_struct *entered)
{
	for (int i = 1; i < 6; i++)
		returned->regs[i] = entered->regs[i];
}

/* At its entry, x0 still is the first argument and x8 the call's number. */
void machine_rewind_call(struct user_regs_struct *entered)
{
	entered->pc -= CALL_SIZE;
}

void machine_set_result(struct user_regs_struct *registers, int64_t result)
{
	registers->regs[0] = (unsigned long long)result;
}

bool machine_is_call(uint64_t instruction)
{
	return (instruction & 0xffffffff) == 0xd4000001; /* svc #0 */
}
