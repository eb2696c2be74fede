/* What ptrace(2) does to one thread: see tracee.h. */
#include "moments/tracee.h"

#include "moments/machine.h"

#include <elf.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	/* With PTRACE_O_TRACESYSGOOD: a call's stop is told from a real SIGTRAP. */
	CALL_TRAP = SIGTRAP | 0x80,
	OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
		  PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		  PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
		  PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL,
	PICKED_MAX = 8,
};

int tracee_prepare(void)
{
	sigset_t stops;

	sigemptyset(&stops);
	sigaddset(&stops, SIGCHLD);
	/* The default slack of 50 microseconds is longer than most waits. */
	if (prctl(PR_SET_TIMERSLACK, 1) < 0)
		return -1;
	return sigprocmask(SIG_BLOCK, &stops, NULL);
}

bool tracee_await_stop(long ns)
{
	struct timespec limit = {.tv_nsec = ns};
	sigset_t stops;

	sigemptyset(&stops);
	sigaddset(&stops, SIGCHLD);
	/* A tracer gets SIGCHLD for each stop. Unlike sched_yield(2), this
	 * gives the processor to the traced thread alone. */
	return sigtimedwait(&stops, NULL, &limit) == SIGCHLD;
}

int tracee_seize(pid_t pid)
{
	return ptrace(PTRACE_SEIZE, pid, NULL, (void *)(long)OPTIONS) < 0 ? -1
									  : 0;
}

bool tracee_can_pick_calls(void)
{
	const uint32_t action = SECCOMP_RET_TRACE;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int tracee_pick_calls(const int *numbers, size_t count)
{
	struct sock_filter filter[2 * PICKED_MAX + 5];
	struct sock_fprog program = {.filter = filter};
	size_t used = 0;

	if (count > PICKED_MAX) {
		errno = EINVAL;
		return -1;
	}
	/* The numbers of another architecture mean other calls. */
	filter[used++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	filter[used++] = (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, machine_architecture, 1, 0);
	filter[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						      SECCOMP_RET_ALLOW);
	filter[used++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < count; i++) {
		filter[used++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)numbers[i], 0, 1);
		filter[used++] = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	}
	filter[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						      SECCOMP_RET_ALLOW);
	program.len = (unsigned short)used;
	/* Without the first call, only root may make the second. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void read_call(pid_t tid, struct stop *stop)
{
	struct __ptrace_syscall_info info;

	memset(&info, 0, sizeof(info));
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info), &info) <
	    0)
		return; /* killed: its death is the next stop */
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		stop->kind = STOP_ENTERED;
		stop->number = (int)info.entry.nr;
		for (int i = 0; i < 6; i++)
			stop->arguments[i] = info.entry.args[i];
	} else if (info.op == PTRACE_SYSCALL_INFO_SECCOMP) {
		stop->kind = STOP_PICKED;
		stop->number = (int)info.seccomp.nr;
		for (int i = 0; i < 6; i++)
			stop->arguments[i] = info.seccomp.args[i];
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		stop->kind = STOP_RETURNED;
		stop->result = info.exit.rval;
	}
}

static void read_event(pid_t tid, int event, struct stop *stop)
{
	unsigned long message = 0;

	switch (event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		stop->kind = STOP_FORKED;
		if (ptrace(PTRACE_GETEVENTMSG, tid, NULL, &message) == 0)
			stop->child = (pid_t)message;
		break;
	case PTRACE_EVENT_EXEC:
		stop->kind = STOP_EXEC;
		break;
	case PTRACE_EVENT_EXIT:
		stop->kind = STOP_EXITING;
		break;
	case PTRACE_EVENT_SECCOMP:
		read_call(tid, stop);
		break;
	}
}

/* Stepping also ends in a SIGTRAP, which no process sent. */
static bool is_step(pid_t tid)
{
	siginfo_t info;

	return ptrace(PTRACE_GETSIGINFO, tid, NULL, &info) == 0 &&
	       info.si_code > 0 && info.si_code != SI_KERNEL;
}

void tracee_read_stop(pid_t tid, int status, struct stop *stop)
{
	*stop = (struct stop){.kind = STOP_OTHER, .status = status};
	if (!WIFSTOPPED(status)) {
		stop->kind = STOP_DEAD;
		return;
	}
	if (status >> 16 != 0) {
		read_event(tid, status >> 16, stop);
	} else if (WSTOPSIG(status) == CALL_TRAP) {
		read_call(tid, stop);
	} else if (WSTOPSIG(status) == SIGTRAP && is_step(tid)) {
		stop->kind = STOP_STEPPED;
	} else {
		stop->kind = STOP_SIGNAL;
		stop->number = WSTOPSIG(status);
	}
}

int tracee_resume(pid_t tid, enum pace pace, int signal)
{
	static const enum __ptrace_request requests[] = {
		[PACE_FREE] = PTRACE_CONT,
		[PACE_CALLS] = PTRACE_SYSCALL,
		[PACE_ONE_STEP] = PTRACE_SINGLESTEP,
	};

	return ptrace(requests[pace], tid, NULL, (void *)(long)signal) < 0 ? -1
									   : 0;
}

int tracee_interrupt(pid_t tid)
{
	return ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0 ? -1 : 0;
}

void tracee_kill(pid_t tid)
{
	(void)kill(tid, SIGKILL); /* fails if it is dead */
	/* A thread at its exit takes no signal: it has to be resumed. */
	(void)ptrace(PTRACE_CONT, tid, NULL, NULL);
}

uint64_t tracee_address(pid_t tid)
{
	struct __ptrace_syscall_info info;

	memset(&info, 0, sizeof(info));
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info), &info) <
	    0)
		return 0;
	return info.instruction_pointer;
}

bool tracee_at_call(pid_t tid)
{
	uint64_t address = tracee_address(tid);

	errno = 0;
	long word = ptrace(PTRACE_PEEKTEXT, tid, (void *)address, NULL);
	/* If it cannot be read, it is not to be stepped over either. */
	return errno != 0 || machine_is_call((uint64_t)word);
}

int tracee_get_registers(pid_t tid, struct user_regs_struct *registers)
{
	struct iovec set = {.iov_base = registers,
			    .iov_len = sizeof(*registers)};

	return ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0 ? -1
									    : 0;
}

int tracee_set_registers(pid_t tid, const struct user_regs_struct *registers)
{
	struct user_regs_struct copy = *registers;
	struct iovec set = {.iov_base = &copy, .iov_len = sizeof(copy)};

	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0 ? -1
									    : 0;
}

int tracee_undo_call(pid_t tid, const struct user_regs_struct *entered)
{
	struct user_regs_struct registers = *entered;
	struct stop stop;
	int status;

	/* The kernel has no way back from an entered call. The call is made to
	 * fail instead, and then the thread is put in front of it. */
	if (machine_replace_call(tid, -1) < 0 ||
	    tracee_resume(tid, PACE_CALLS, 0) < 0 ||
	    waitpid(tid, &status, __WALL) != tid)
		return -1;
	tracee_read_stop(tid, status, &stop);
	if (stop.kind != STOP_RETURNED)
		return -1;
	machine_rewind_call(&registers);
	return tracee_set_registers(tid, &registers);
}

int tracee_read(pid_t tid, uint64_t address, void *data, size_t size)
{
	struct iovec here = {.iov_base = data, .iov_len = size};
	struct iovec there = {.iov_base = (void *)address, .iov_len = size};

	return process_vm_readv(tid, &here, 1, &there, 1, 0) == (ssize_t)size
		       ? 0
		       : -1;
}

int tracee_write(pid_t tid, uint64_t address, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	/* process_vm_writev(2) would respect a page that is read only. */
	while (size > 0) {
		size_t part = size < sizeof(long) ? size : sizeof(long);
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, tid, (void *)address, NULL);
		if (errno != 0)
			return -1;
		memcpy(&word, bytes, part);
		if (ptrace(PTRACE_POKEDATA, tid, (void *)address,
			   (void *)word) < 0)
			return -1;
		address += part;
		bytes += part;
		size -= part;
	}
	return 0;
}
