/* The registers of x86-64: see machine.h. */
#include "moments/machine.h"

#include <linux/audit.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

enum { CALL_SIZE = 2 }; /* bytes of the instruction `syscall`, 0f 05 */

const char *const machine_unknown = NULL;
const uint32_t machine_architecture = AUDIT_ARCH_X86_64;

const struct call_name machine_call_names[] = {
	{SYS_poll, "poll"},
	{SYS_select, "select"},
	{SYS_pause, "pause"},
	{SYS_fork, "fork"},
	{SYS_vfork, "vfork"},
	{SYS_epoll_wait, "epoll_wait"},
	{SYS_signalfd, "signalfd"},
	{SYS_time, "time"},
	{SYS_open, "open"},
	{SYS_alarm, "alarm"},
	{SYS_getpgrp, "getpgrp"},
	{SYS_access, "access"},
	{SYS_pipe, "pipe"},
	{SYS_dup2, "dup2"},
	{0, NULL},
};

int machine_replace_call(pid_t tid, int number)
{
	size_t place = offsetof(struct user, regs) +
		       offsetof(struct user_regs_struct, orig_rax);

	return ptrace(PTRACE_POKEUSER, tid, (void *)place,
		      (void *)(long)number) < 0
		       ? -1
		       : 0;
}

unsigned long long *machine_argument(struct user_regs_struct *registers,
				     int number)
{
	unsigned long long *const arguments[] = {
		&registers->rdi, &registers->rsi, &registers->rdx,
		&registers->r10, &registers->r8,  &registers->r9,
	};

	return arguments[number];
}

void machine_restore_call(struct user_regs_struct *returned,
			  const struct user_regs_struct *entered)
{
	struct user_regs_struct copy = *entered;

	for (int i = 0; i < 6; i++)
		*machine_argument(returned, i) = *machine_argument(&copy, i);
	returned->orig_rax = entered->orig_rax;
}

void machine_rewind_call(struct user_regs_struct *entered)
{
	entered->rax = entered->orig_rax;
	entered->rip -= CALL_SIZE;
	/* In no call: the kernel does not restart another one. */
	entered->orig_rax = (unsigned long long)-1;
}

void machine_set_result(struct user_regs_struct *registers, int64_t result)
{
	registers->rax = (unsigned long long)result;
	registers->orig_rax = (unsigned long long)-1;
}

bool machine_is_call(uint64_t instruction)
{
	return (instruction & 0xffff) == 0x050f;
}
