/* Listening TCP sockets, matched by inode with the links in /proc/PID/fd
 * (proc(5)). The table of sockets does not name their holders, so every
 * process's descriptors are searched for the one of a port. */
#include "reaptop/read/listeners.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/array.h"
#include "reaptop/read/descriptors.h"
#include "reaptop/read/proc_file.h"
#include "reaptop/read/process_stat.h"
#include "reaptop/read/tcp_table.h"

int listeners_read(int directory, struct tcp_table *listeners)
{
	const struct tcp_query query = {
		.states = UINT32_C(1) << TCP_LISTEN,
		.limit = SIZE_MAX,
	};
	listeners->count = 0;
	return tcp_proc_read(directory, &query, listeners);
}

void listener_reach(const struct tcp_socket *listener,
		    char text[LISTENER_ADDRESS_SIZE])
{
	static const uint8_t any6[16];
	const struct tcp_endpoint *local = &listener->local;
	if (memcmp(local->address, any6, sizeof(any6)) == 0)
		strcpy(text, "::1");
	else if (tcp_endpoint_is_any(local))
		strcpy(text, "127.0.0.1");
	/* Cannot fail: the family and the size are right. */
	else if (listener->six)
		(void)inet_ntop(AF_INET6, local->address, text,
				LISTENER_ADDRESS_SIZE);
	else
		(void)inet_ntop(AF_INET, local->address + 12, text,
				LISTENER_ADDRESS_SIZE);
}

/* Returns the port of the listener with that inode, or 0. */
static uint16_t port_of(const struct tcp_table *listeners, uint64_t inode)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->sockets[i].inode == inode)
			return listeners->sockets[i].local.port;
	return 0;
}

/* Stores the lowest port held, or if `wanted` is not 0 only that one. */
static enum holding look(int directory, const struct tcp_table *listeners,
			 uint16_t wanted, uint16_t *port)
{
	struct socket_list sockets = {0};
	*port = 0;
	ssize_t count = descriptors_read_sockets(directory, &sockets);
	bool hidden = count < 0 && (errno == EACCES || errno == EPERM);
	for (size_t i = 0; i < sockets.count; i++) {
		uint16_t held = port_of(listeners, sockets.inodes[i]);
		if (held == 0 || (wanted != 0 && held != wanted))
			continue;
		if (*port == 0 || held < *port)
			*port = held;
	}
	socket_list_free(&sockets);
	if (hidden)
		return HOLDS_HIDDEN;
	return *port == 0 ? HOLDS_NONE : HOLDS_PORT;
}

enum holding listeners_held_port(int directory,
				 const struct tcp_table *listeners,
				 uint16_t *port)
{
	return look(directory, listeners, 0, port);
}

/* The processes that hold a socket of the port. */
struct holders {
	pid_t *pids;
	size_t count;
	size_t capacity;
};

static bool process_holds(int proc, pid_t pid,
			  const struct tcp_table *listeners, uint16_t port)
{
	int process = proc_open_process(proc, pid);
	if (process < 0)
		return false;
	uint16_t held;
	bool holds = look(process, listeners, port, &held) == HOLDS_PORT;
	proc_close(process);
	return holds;
}

static int find_holders(int proc, const struct tcp_table *listeners,
			uint16_t port, struct holders *holders)
{
	DIR *processes = proc_open_folder(proc, ".");
	if (processes == NULL)
		return -1;
	int result = 0;
	pid_t pid;
	while (result == 0 && proc_next_number(processes, &pid) != NULL) {
		if (!process_holds(proc, pid, listeners, port))
			continue;
		result = ARRAY_RESERVE(holders->pids, holders->capacity,
				       holders->count + 1);
		if (result == 0)
			holders->pids[holders->count++] = pid;
	}
	proc_close_folder(processes);
	return result;
}

static bool is_holder(const struct holders *holders, pid_t pid)
{
	for (size_t i = 0; i < holders->count; i++)
		if (holders->pids[i] == pid)
			return true;
	return false;
}

/* Returns whether an ancestor of the process is a holder as well. The chain
 * ends at process 1, or at a process that has just ended. */
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

static bool is_listed(const struct tcp_table *listeners, uint16_t port)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->sockets[i].local.port == port)
			return true;
	return false;
}

int port_owners_find(int proc, uint16_t port, struct port_owners *owners)
{
	struct tcp_table listeners = {0};
	struct holders holders = {0};
	int result = -1;
	int self = openat(proc, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (self < 0 || listeners_read(self, &listeners) != 0)
		goto out;
	if (!is_listed(&listeners, port)) {
		errno = ENOENT;
		goto out;
	}
	if (find_holders(proc, &listeners, port, &holders) != 0)
		goto out;
	keep_topmost(proc, &holders, owners);
	if (owners->count == 0) {
		errno = EACCES;
		goto out;
	}
	result = 0;
out:
	if (self >= 0)
		proc_close(self);
	int error = errno;
	free(holders.pids);
	tcp_table_free(&listeners);
	errno = error;
	return result;
}
