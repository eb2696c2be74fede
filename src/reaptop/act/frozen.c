/* The processes that reaptop has frozen. Each is held by a pidfd, so that a
 * thaw cannot hit another process that has its PID by then. */
#include "reaptop/act/frozen.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "reaptop/act/aim.h"

/* Read in a crash handler. 0: free; no pidfd is 0, as standard input is
 * open. */
static volatile sig_atomic_t handles[FROZEN_MAX];

/* Who they are; the handler does not need to know. */
static struct {
	uint64_t start_ticks;
	pid_t pid;
	bool was_stopped; /* seen so: from SIGSTOP on it takes a moment */
} processes[FROZEN_MAX];

static bool is_same(int i, const struct process_stat *stat)
{
	return handles[i] != 0 && processes[i].pid == stat->pid &&
	       processes[i].start_ticks == stat->start_ticks;
}

static void forget(int i)
{
	int handle = handles[i];
	handles[i] = 0;
	close(handle);
}

static int free_place(void)
{
	for (int i = 0; i < FROZEN_MAX; i++)
		if (handles[i] == 0)
			return i;
	errno = EAGAIN;
	return -1;
}

int frozen_stop(int proc, const struct server *server)
{
	int i = free_place();
	int handle = i < 0 ? -1
			   : aim_open(proc, server, server->stat.pid,
				      server->stat.start_ticks);
	if (handle < 0)
		return -1;
	processes[i].pid = server->stat.pid;
	processes[i].start_ticks = server->stat.start_ticks;
	processes[i].was_stopped = false;
	handles[i] = handle; /* first: a crash must find it */
	if (aim_send(handle, SIGSTOP) == 0)
		return 0;
	int error = errno;
	forget(i);
	errno = error;
	return -1;
}

int frozen_continue(int proc, const struct server *server)
{
	if (aim_signal(proc, server, server->stat.pid, server->stat.start_ticks,
		       SIGCONT) != 0)
		return -1;
	for (int i = 0; i < FROZEN_MAX; i++)
		if (is_same(i, &server->stat))
			forget(i);
	return 0;
}

void frozen_follow(int proc)
{
	for (int i = 0; i < FROZEN_MAX; i++) {
		struct process_stat stat;
		if (handles[i] == 0)
			continue;
		if (process_stat_read_pid(proc, processes[i].pid, &stat) != 0) {
			if (proc_error_is_gone(errno))
				forget(i);
			continue;
		}
		bool stopped = stat.state == 'T' || stat.state == 't';
		if (!is_same(i, &stat) ||
		    (processes[i].was_stopped && !stopped))
			forget(i);
		else
			processes[i].was_stopped = stopped;
	}
}

bool frozen_has(const struct process_stat *stat)
{
	for (int i = 0; i < FROZEN_MAX; i++)
		if (is_same(i, stat))
			return true;
	return false;
}

int frozen_thaw_all(void)
{
	int result = 0, error = 0;
	for (int i = 0; i < FROZEN_MAX; i++) {
		if (handles[i] == 0)
			continue;
		if (aim_send(handles[i], SIGCONT) != 0 && errno != ESRCH) {
			result = -1;
			error = errno;
		}
		forget(i);
	}
	errno = error;
	return result;
}
