/* fork and wait by pidfd: see pidfd.h. */
#include "echo/pidfd.h"

#include "echo/event.h"
#include "echo/stop.h"

#include <errno.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A page that parent and child share: nonzero once the child has a descriptor
 * table of its own. Made at the first fork, kept for the next. */
static atomic_uint *parted;

static int share_a_page(void)
{
	void *page = mmap(NULL, sizeof(*parted), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -1;
	parted = page;
	return 0;
}

static void part_from_parent(int last)
{
	if (syscall(SYS_close_range, last + 1, ~0U, CLOSE_RANGE_UNSHARE) < 0)
		_exit(1); /* ENOMEM: the parent sees a child that died */
	atomic_store(parted, 1);
	/* Fails only for a bad address. */
	(void)syscall(SYS_futex, parted, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void wait_until_parted(int pidfd)
{
	const struct timespec limit = {.tv_nsec = 10000000};
	struct pollfd death = {.fd = pidfd, .events = POLLIN};

	while (atomic_load(parted) == 0) {
		/* Past the limit: is there still a child to wait for? */
		if (syscall(SYS_futex, parted, FUTEX_WAIT, 0, &limit, NULL, 0) <
			    0 &&
		    errno == ETIMEDOUT && poll(&death, 1, 0) == 1)
			return;
	}
}

pid_t pidfd_fork(int last, int *pidfd)
{
	struct clone_args how = {
		.flags = CLONE_PIDFD | CLONE_FILES,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};
	pid_t child;

	if (parted == NULL && share_a_page() < 0)
		return -1;
	atomic_store(parted, 0);
	stop_hold();
	child = (pid_t)syscall(SYS_clone3, &how, sizeof(how));
	if (child > 0)
		event_fork(child);
	if (child != 0)
		stop_release();
	if (child == 0)
		part_from_parent(last);
	else if (child > 0)
		wait_until_parted(*pidfd);
	return child;
}

pid_t pidfd_wait(int pidfd, int *status)
{
	const idtype_t by_pidfd =
		3; /* P_PIDFD; in glibc's headers since 2.36 */
	siginfo_t info = {.si_pid = 0};

	while (waitid(by_pidfd, (id_t)pidfd, &info, WEXITED) < 0) {
		if (errno != EINTR)
			return -1;
	}
	*status = info.si_code == CLD_EXITED ? W_EXITCODE(info.si_status, 0)
					     : info.si_status;
	return info.si_pid;
}
