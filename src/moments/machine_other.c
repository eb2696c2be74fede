/* A machine that moments does not know: the program is built, and says so. */
#include "moments/machine.h"

#include <errno.h>
#include <stddef.h>

const char *const machine_unknown = "only x86-64 and 64-bit ARM are supported";
const uint32_t machine_architecture = 0;

const struct call_name machine_call_names[] = {{0, NULL}};

int machine_replace_call(pid_t tid, int number)
{
	(void)tid;
	(void)number;
	errno = ENOSYS;
	return -1;
}

unsigned long long *machine_argument(struct user_regs_struct *registers,
				     int number)
{
	static unsigned long long none;

	(void)registers;
	(void)number;
	return &none;
}

void machine_restore_call(struct user_regs_struct *returned,
			  const struct user_regs_struct *entered)
{
	(void)returned;
	(void)entered;
}

void machine_rewind_call(struct user_regs_struct *entered)
{
	(void)entered;
}

void machine_set_result(struct user_regs_struct *registers, int64_t result)
{
	(void)registers;
	(void)result;
}

bool machine_is_call(uint64_t instruction)
{
	(void)instruction;
	return true;
}
