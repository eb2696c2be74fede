/* Names of system calls: see calls.h. */
#include "moments/calls.h"

#include "moments/machine.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>

/* What every machine has. A few more are in machine_*.c. */
static const struct call_name names[] = {
	{SYS_accept, "accept"},
	{SYS_accept4, "accept4"},
	{SYS_bind, "bind"},
	{SYS_brk, "brk"},
	{SYS_clock_gettime, "clock_gettime"},
	{SYS_clock_nanosleep, "clock_nanosleep"},
	{SYS_clone, "clone"},
	{SYS_clone3, "clone3"},
	{SYS_close, "close"},
	{SYS_close_range, "close_range"},
	{SYS_connect, "connect"},
	{SYS_dup, "dup"},
	{SYS_dup3, "dup3"},
	{SYS_epoll_create1, "epoll_create1"},
	{SYS_epoll_ctl, "epoll_ctl"},
	{SYS_epoll_pwait, "epoll_pwait"},
	{SYS_eventfd2, "eventfd2"},
	{SYS_execve, "execve"},
	{SYS_exit, "exit"},
	{SYS_exit_group, "exit_group"},
	{SYS_fcntl, "fcntl"},
	{SYS_fstat, "fstat"},
	{SYS_futex, "futex"},
	{SYS_getpeername, "getpeername"},
	{SYS_getpid, "getpid"},
	{SYS_getppid, "getppid"},
	{SYS_getrandom, "getrandom"},
	{SYS_getsockname, "getsockname"},
	{SYS_getsockopt, "getsockopt"},
	{SYS_gettid, "gettid"},
	{SYS_ioctl, "ioctl"},
	{SYS_kill, "kill"},
	{SYS_listen, "listen"},
	{SYS_lseek, "lseek"},
	{SYS_madvise, "madvise"},
	{SYS_mmap, "mmap"},
	{SYS_mprotect, "mprotect"},
	{SYS_munmap, "munmap"},
	{SYS_nanosleep, "nanosleep"},
	{SYS_openat, "openat"},
	{SYS_pidfd_open, "pidfd_open"},
	{SYS_pidfd_send_signal, "pidfd_send_signal"},
	{SYS_pipe2, "pipe2"},
	{SYS_pread64, "pread"},
	{SYS_pwrite64, "pwrite"},
	{SYS_ppoll, "ppoll"},
	{SYS_prctl, "prctl"},
	{SYS_prlimit64, "prlimit64"},
	{SYS_pselect6, "pselect6"},
	{SYS_read, "read"},
	{SYS_readv, "readv"},
	{SYS_recvfrom, "recv"},
	{SYS_recvmsg, "recvmsg"},
	{SYS_restart_syscall, "restart_syscall"},
	{SYS_rseq, "rseq"},
	{SYS_rt_sigaction, "sigaction"},
	{SYS_rt_sigpending, "sigpending"},
	{SYS_rt_sigprocmask, "sigprocmask"},
	{SYS_rt_sigreturn, "sigreturn"},
	{SYS_rt_sigsuspend, "sigsuspend"},
	{SYS_rt_sigtimedwait, "sigtimedwait"},
	{SYS_sched_yield, "sched_yield"},
	{SYS_sendmsg, "sendmsg"},
	{SYS_sendto, "send"},
	{SYS_setitimer, "setitimer"},
	{SYS_setsockopt, "setsockopt"},
	{SYS_shutdown, "shutdown"},
	{SYS_signalfd4, "signalfd"},
	{SYS_socket, "socket"},
	{SYS_socketpair, "socketpair"},
	{SYS_tgkill, "tgkill"},
	{SYS_timer_settime, "timer_settime"},
	{SYS_timerfd_settime, "timerfd_settime"},
	{SYS_wait4, "waitpid"},
	{SYS_waitid, "waitid"},
	{SYS_write, "write"},
	{SYS_writev, "writev"},
};

const char *call_name(int number, char text[CALL_NAME_SIZE])
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			return names[i].name;
	for (size_t i = 0; machine_call_names[i].name != NULL; i++)
		if (machine_call_names[i].number == number)
			return machine_call_names[i].name;
	(void)snprintf(text, CALL_NAME_SIZE, "call %d", number);
	return text;
}

const int calls_of_server[CALLS_OF_SERVER] = {SYS_bind, SYS_listen};

bool call_is_bind(int number)
{
	return number == SYS_bind;
}

bool call_is_listen(int number)
{
	return number == SYS_listen;
}

bool call_is_sigreturn(int number)
{
	return number == SYS_rt_sigreturn;
}

bool call_is_accept(int number)
{
	return number == SYS_accept || number == SYS_accept4;
}

bool call_is_wait(int number)
{
	return number == SYS_wait4 || number == SYS_waitid;
}

bool call_is_timer(int number)
{
#ifdef SYS_alarm
	if (number == SYS_alarm)
		return true;
#endif
	return number == SYS_setitimer || number == SYS_timer_settime ||
	       number == SYS_timerfd_settime;
}

bool call_was_interrupted(int64_t result)
{
	/* Between kernel and tracer, as in include/linux/errno.h. */
	const int64_t restart_first = -512, restart_last = -516;

	return result == -EINTR ||
	       (result <= restart_first && result >= restart_last);
}
