/* Signals that hit the process that was meant, or nobody. */
#include "reaptop/act/aim.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reaptop/read/process_stat.h"

/* Deeper trees than this are not walked. */
enum { GENERATIONS_MAX = 1000 };

static bool is_server(const struct server *server,
		      const struct process_stat *stat)
{
	return stat->pid == server->stat.pid &&
	       stat->start_ticks == server->stat.start_ticks;
}

/* Whether the process of this stat is the server or one of its descendants. */
static bool descends(int proc, const struct server *server,
		     struct process_stat stat)
{
	for (int i = 0; i < GENERATIONS_MAX; i++) {
		if (is_server(server, &stat))
			return true;
		if (stat.ppid <= 0 ||
		    process_stat_read_pid(proc, stat.ppid, &stat) != 0)
			return false;
	}
	return false;
}

static int check(int proc, const struct server *server, pid_t pid,
		 uint64_t start_ticks)
{
	struct process_stat stat;
	if (process_stat_read_pid(proc, pid, &stat) != 0)
		return -1;
	if (stat.start_ticks != start_ticks) {
		errno = ESRCH;
		return -1;
	}
	if (!descends(proc, server, stat)) {
		errno = EXDEV;
		return -1;
	}
	return 0;
}

bool aim_may_be(pid_t pid)
{
	return pid > 1 && pid != getpid();
}

int aim_open(int proc, const struct server *server, pid_t pid,
	     uint64_t start_ticks)
{
	if (!aim_may_be(pid)) {
		errno = EINVAL;
		return -1;
	}
	/* By number: the C library of Ubuntu 22.04 has no wrappers. */
	int handle = (int)syscall(SYS_pidfd_open, pid, 0);
	if (handle < 0)
		return -1;
	if (check(proc, server, pid, start_ticks) == 0)
		return handle;
	int error = errno;
	close(handle);
	errno = error;
	return -1;
}

int aim_send(int handle, int number)
{
	return (int)syscall(SYS_pidfd_send_signal, handle, number, NULL, 0);
}

int aim_signal(int proc, const struct server *server, pid_t pid,
	       uint64_t start_ticks, int number)
{
	int handle = aim_open(proc, server, pid, start_ticks);
	if (handle < 0)
		return -1;
	int result = aim_send(handle, number);
	int error = errno;
	close(handle);
	errno = error;
	return result;
}
