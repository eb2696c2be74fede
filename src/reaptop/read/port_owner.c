/* Who serves a port. The table of sockets does not say, so every process's
 * descriptors are searched for the socket. */
#include "reaptop/read/port_owner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "reaptop/read/listeners.h"
#include "reaptop/read/proc_file.h"
#include "reaptop/read/process_stat.h"

struct holders {
	pid_t *pids;
	size_t count;
	size_t capacity;
};

static int add(struct holders *holders, pid_t pid)
{
	if (holders->count == holders->capacity) {
		size_t capacity =
			holders->capacity == 0 ? 32 : holders->capacity * 2;
		pid_t *pids = realloc(holders->pids, capacity * sizeof *pids);
		if (pids == NULL)
			return -1;
		holders->pids = pids;
		holders->capacity = capacity;
	}
	holders->pids[holders->count++] = pid;
	return 0;
}

static bool listens(const struct listener_list *list, uint16_t port)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i].port == port)
			return true;
	return false;
}

static bool process_holds(int proc, pid_t pid, const struct listener_list *list,
			  uint16_t port)
{
	int process = proc_open_process(proc, pid);
	if (process < 0)
		return false;
	bool holds = listeners_holds(process, list, port) == HOLDS_PORT;
	close(process);
	return holds;
}

/* Every process that holds a socket of the port. */
static int find_holders(int proc, const struct listener_list *list,
			uint16_t port, struct holders *holders)
{
	int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *processes = fd < 0 ? NULL : fdopendir(fd);
	if (processes == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	int result = 0;
	const struct dirent *entry;
	while (result == 0 && (entry = readdir(processes)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid > 0 && process_holds(proc, pid, list, port))
			result = add(holders, pid);
	}
	closedir(processes);
	return result;
}

static bool is_holder(const struct holders *holders, pid_t pid)
{
	for (size_t i = 0; i < holders->count; i++)
		if (holders->pids[i] == pid)
			return true;
	return false;
}

/* Whether an ancestor of the process is a holder as well. Ends at the latest
 * at process 1, or when the chain breaks because a process has just ended. */
static bool has_holder_above(int proc, const struct holders *holders, pid_t pid)
{
	struct process_stat stat;
	for (int steps = 0; steps < 1000; steps++) {
		if (process_stat_read_pid(proc, pid, &stat) != 0 ||
		    stat.ppid <= 0)
			return false;
		pid = stat.ppid;
		if (is_holder(holders, pid))
			return true;
	}
	return false;
}

static void keep_topmost(int proc, const struct holders *holders,
			 struct port_owners *owners)
{
	owners->count = 0;
	for (size_t i = 0; i < holders->count; i++) {
		if (owners->count == PORT_OWNERS_MAX)
			return;
		pid_t pid = holders->pids[i];
		if (!has_holder_above(proc, holders, pid))
			owners->pids[owners->count++] = pid;
	}
}

int port_owners_find(int proc, uint16_t port, struct port_owners *owners)
{
	struct listener_list list = {0};
	struct holders holders = {0};
	int result = -1;
	int self = openat(proc, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (self < 0 || listeners_read(self, &list) != 0)
		goto out;
	if (!listens(&list, port)) {
		errno = ENOENT;
		goto out;
	}
	if (find_holders(proc, &list, port, &holders) != 0)
		goto out;
	keep_topmost(proc, &holders, owners);
	if (owners->count == 0) {
		errno = EACCES;
		goto out;
	}
	result = 0;
out:;
	int error = errno;
	free(holders.pids);
	listener_list_free(&list);
	if (self >= 0)
		close(self);
	errno = error;
	return result;
}
