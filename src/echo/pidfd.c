/* Forks and waits by pidfd: see pidfd.h. */
#include "echo/pidfd.h"

#include "echo/log/event.h"
#include "echo/process/stop.h"

#include <errno.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const idtype_t by_pidfd = 3; /* P_PIDFD; in glibc's headers since 2.36 */

/* How pidfd_fork() forks. Chosen once. */
static enum { NOT_CHOSEN, SHARING, PLAIN } way;

/* The highest pidfd that fork_plainly() has opened. */
static int highest = -1;

/* A page that parent and child share: nonzero once the child has a descriptor
 * table of its own. */
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
		/* After the limit: ends the wait if the child is dead. */
		if (syscall(SYS_futex, parted, FUTEX_WAIT, 0, &limit, NULL, 0) <
			    0 &&
		    errno == ETIMEDOUT && poll(&death, 1, 0) == 1)
			return;
	}
}

/* Returns 0, or -1 with errno set. */
static int choose_way(void)
{
	/* Both calls have no effect: the size is too small (EINVAL), and there
	 * are no such descriptors. A missing call fails with ENOSYS, and a call
	 * that a filter forbids usually fails with EPERM. */
	if ((syscall(SYS_clone3, NULL, 0) < 0 && errno != EINVAL) ||
	    syscall(SYS_close_range, ~0U, ~0U, CLOSE_RANGE_UNSHARE) < 0) {
		way = PLAIN;
		return 0;
	}
	if (share_a_page() < 0)
		return -1;
	way = SHARING;
	return 0;
}

int pidfd_check(struct server *server)
{
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	siginfo_t info;
	int error = 0;

	server->failed = "cannot wait for a child by its pidfd";
	if (self < 0)
		return -1;
	/* ECHILD is a success: no process is its own child. */
	if (waitid(by_pidfd, (id_t)self, &info, WEXITED | WNOHANG) < 0 &&
	    errno != ECHILD)
		error = errno == EINVAL ? ENOSYS : errno;
	(void)close(self); /* it carries nothing */
	errno = error;
	return error == 0 ? choose_way() : -1;
}

/* Kills and reaps a child that cannot be used. */
static void end(pid_t child)
{
	int status;

	(void)kill(child, SIGKILL); /* it is ours, so this cannot fail */
	stop_hold();
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	event_reap(child, status);
	stop_release();
}

/* Does the work of pidfd_fork() by fork(2) and pidfd_open(2). In between, the child may
 * die, but nobody reaps it, so no other process gets its PID. */
static pid_t fork_plainly(int last, int *pidfd)
{
	pid_t child = server_fork();
	int error;

	if (child == 0) {
		for (int fd = last + 1; fd <= highest; fd++)
			(void)close(fd); /* a pidfd, or not open */
	}
	if (child <= 0)
		return child;
	*pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	if (*pidfd < 0) {
		error = errno;
		end(child);
		errno = error;
		return -1;
	}
	if (*pidfd > highest)
		highest = *pidfd;
	return child;
}

pid_t pidfd_fork(int last, int *pidfd)
{
	struct clone_args how = {
		.flags = CLONE_PIDFD | CLONE_FILES,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};
	pid_t child;

	if (way == NOT_CHOSEN && choose_way() < 0)
		return -1;
	if (way == PLAIN)
		return fork_plainly(last, pidfd);
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

int pidfd_watch(int set, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
}

/* [0] is the epoll set. The others are pidfds for which it had no room. */
static struct pollfd *kept;
static nfds_t kept_count;

void pidfd_keep(int set, pid_t child, int pidfd)
{
	nfds_t count = kept_count > 0 ? kept_count : 1;
	struct pollfd *more = realloc(kept, (count + 1) * sizeof(*kept));

	if (more == NULL) {
		end(child);
		(void)close(pidfd); /* it carries nothing */
		return;
	}
	kept = more;
	kept[0] = (struct pollfd){.fd = set, .events = POLLIN};
	kept[count] = (struct pollfd){.fd = pidfd, .events = POLLIN};
	kept_count = count + 1;
}

int pidfd_await(int set)
{
	struct epoll_event ready;

	if (kept_count > 1 && poll(kept, kept_count, -1) < 0)
		return -1;
	for (nfds_t i = 1; i < kept_count; i++) {
		int pidfd = kept[i].fd;

		if (kept[i].revents == 0)
			continue;
		kept[i] = kept[--kept_count];
		return pidfd;
	}
	if (epoll_wait(set, &ready, 1, kept_count > 1 ? 0 : -1) != 1)
		return -1;
	return ready.data.fd;
}

pid_t pidfd_wait(int pidfd, int *status)
{
	siginfo_t info = {.si_pid = 0};

	while (waitid(by_pidfd, (id_t)pidfd, &info, WEXITED) < 0) {
		if (errno != EINTR)
			return -1;
	}
	*status = info.si_code == CLD_EXITED ? W_EXITCODE(info.si_status, 0)
					     : info.si_status;
	return info.si_pid;
}
