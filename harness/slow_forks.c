/* A slow machine on purpose (make flake-hunt): each fork and each wait of a program
 * that is linked with this begins 10 ms later, as if the scheduler had looked
 * elsewhere. Linked with ld's --wrap, see ld(1): __wrap_X takes the calls of X, and
 * __real_X is what they meant. strace(1) could delay them too, but what it traces
 * never shows as stopped, and tests that freeze a server look for that. */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DELAY_NS 10000000L

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-*): the names are ld's. */
pid_t __real_fork(void);
pid_t __real__Fork(void);
pid_t __real_waitpid(pid_t pid, int *status, int options);
int __real_waitid(idtype_t type, id_t id, siginfo_t *info, int options);
long __real_syscall(long number, long a, long b, long c, long d, long e,
		    long f);

pid_t __wrap_fork(void);
pid_t __wrap__Fork(void);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);
int __wrap_waitid(idtype_t type, id_t id, siginfo_t *info, int options);
long __wrap_syscall(long number, long a, long b, long c, long d, long e,
		    long f);

/* May be called in a signal handler; leaves errno alone. */
static void be_late(void)
{
	struct timespec left = {.tv_nsec = DELAY_NS};
	int error = errno;

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
	errno = error;
}

pid_t __wrap_fork(void)
{
	be_late();
	return __real_fork();
}

pid_t __wrap__Fork(void)
{
	be_late();
	return __real__Fork();
}

pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
	be_late();
	return __real_waitpid(pid, status, options);
}

int __wrap_waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	be_late();
	return __real_waitid(type, id, info, options);
}

/* No call takes more than six arguments, see syscall(2). Those that were not passed
 * are whatever was there, and nobody looks at them. */
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	if (number == SYS_clone || number == SYS_clone3)
		be_late();
	return __real_syscall(number, a, b, c, d, e, f);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-*) */
