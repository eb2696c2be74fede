/* The signals that a user can have sent. Frozen processes are held by a pidfd,
 * so that a thaw cannot hit another process that has the PID by then. */
#include "reaptop/act/deeds.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reaptop/words/wording.h"

enum {
	GENERATIONS_MAX = 1000, /* deeper trees are not walked */
	FROZEN_MAX = 64,        /* at the same time */
};

/* The frozen processes. Read in a crash handler. 0: free; no pidfd is 0, as
 * standard input is open. */
static volatile sig_atomic_t handles[FROZEN_MAX];

/* Their identities, which the handler does not need. */
static struct {
	uint64_t start_ticks;
	pid_t pid;
	bool was_stopped; /* in a sample: SIGSTOP takes effect a moment later */
} processes[FROZEN_MAX];

/* Returns whether the process of this stat is the server or descends from
 * it. */
static bool descends(int proc, const struct server *server,
		     struct process_stat stat)
{
	for (int i = 0; i < GENERATIONS_MAX; i++) {
		if (stat.pid == server->stat.pid &&
		    stat.start_ticks == server->stat.start_ticks)
			return true;
		if (stat.ppid <= 0 ||
		    process_stat_read_pid(proc, stat.ppid, &stat) != 0)
			return false;
	}
	return false;
}

static int check(int proc, const struct server *server,
		 const struct process_stat *meant)
{
	struct process_stat stat;
	if (process_stat_read_pid(proc, meant->pid, &stat) != 0)
		return -1;
	if (stat.start_ticks != meant->start_ticks) {
		errno = ESRCH;
		return -1;
	}
	if (!descends(proc, server, stat)) {
		errno = EXDEV;
		return -1;
	}
	return 0;
}

bool deed_may_hit(pid_t pid)
{
	return pid > 1 && pid != getpid();
}

/* Opens the process that had this PID and start time when it was seen, if it
 * still has, and is the server or descends from it. Returns a pidfd, or -1 with
 * errno: ESRCH, it is gone, its PID perhaps another's; EXDEV, it is not below
 * the server; EINVAL, it is process 1 or reaptop.
 *
 * The pidfd cannot be another's. It is opened first, and only then is read who
 * has the PID. If that is the process meant, it had the PID all the time. Two
 * processes of one PID that began in the same clock tick cannot be told apart;
 * PIDs are given in turn, so that would take a round of all of them in 10
 * ms. */
static int aim(int proc, const struct server *server,
	       const struct process_stat *meant)
{
	if (!deed_may_hit(meant->pid)) {
		errno = EINVAL;
		return -1;
	}
	/* By number: the C library of Ubuntu 22.04 has no wrappers. */
	int handle = (int)syscall(SYS_pidfd_open, meant->pid, 0);
	if (handle < 0 || check(proc, server, meant) == 0)
		return handle;
	proc_close(handle);
	return -1;
}

/* Sends a signal to what aim() returned. Async-signal-safe. */
static int hit(int handle, int number)
{
	return (int)syscall(SYS_pidfd_send_signal, handle, number, NULL, 0);
}

static int aim_and_hit(int proc, const struct server *server,
		       const struct process_stat *meant, int number)
{
	int handle = aim(proc, server, meant);
	if (handle < 0)
		return -1;
	int result = hit(handle, number);
	proc_close(handle);
	return result;
}

static bool is_same(int i, const struct process_stat *stat)
{
	return handles[i] != 0 && processes[i].pid == stat->pid &&
	       processes[i].start_ticks == stat->start_ticks;
}

static void forget(int i)
{
	int handle = handles[i];
	handles[i] = 0;
	proc_close(handle);
}

static int free_place(void)
{
	for (int i = 0; i < FROZEN_MAX; i++)
		if (handles[i] == 0)
			return i;
	errno = EAGAIN;
	return -1;
}

/* Stops a server and remembers it. Returns 0, or -1 with errno: as aim();
 * EAGAIN, FROZEN_MAX are frozen. */
static int freeze(int proc, const struct server *server)
{
	int i = free_place();
	int handle = i < 0 ? -1 : aim(proc, server, &server->stat);
	if (handle < 0)
		return -1;
	processes[i].pid = server->stat.pid;
	processes[i].start_ticks = server->stat.start_ticks;
	processes[i].was_stopped = false;
	handles[i] = handle; /* first: a crash must find it */
	if (hit(handle, SIGSTOP) == 0)
		return 0;
	forget(i);
	return -1;
}

/* Continues a server, whoever stopped it. Returns 0, or -1 with errno. */
static int thaw(int proc, const struct server *server)
{
	if (aim_and_hit(proc, server, &server->stat, SIGCONT) != 0)
		return -1;
	for (int i = 0; i < FROZEN_MAX; i++)
		if (is_same(i, &server->stat))
			forget(i);
	return 0;
}

static bool is_stopped(char state)
{
	return state == 'T' || state == 't';
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
		bool stopped = is_stopped(stat.state);
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
		if (hit(handles[i], SIGCONT) != 0 && errno != ESRCH) {
			result = -1;
			error = errno;
		}
		forget(i);
	}
	errno = error;
	return result;
}

static const char *why_not(int error)
{
	switch (error) {
	case ESRCH:
	case ENOENT:
		return "it is gone";
	case EXDEV:
		return "it is not below this server";
	case EINVAL:
		return "reaptop does not signal process 1, nor itself";
	case EPERM:
		return "it belongs to another user";
	case EAGAIN:
		return "reaptop has frozen as many as it can thaw";
	default:
		return strerror(error);
	}
}

/* Returns whether the signal was sent: `result` 0. Stores why not, from
 * errno. */
static bool was_sent(int result, pid_t pid, int number,
		     char text[DEED_TEXT_SIZE])
{
	if (result != 0)
		snprintf(text, DEED_TEXT_SIZE, "SIG%s was not sent to %d: %s",
			 sigabbrev_np(number), pid, why_not(errno));
	return result == 0;
}

static bool send_server(const struct watch *watch, const struct server *server,
			int number, char text[DEED_TEXT_SIZE])
{
	int proc = watch->proc, result;
	if (server->ended) {
		snprintf(text, DEED_TEXT_SIZE, "%s has ended already",
			 server->name);
		return false;
	}
	if (number == SIGSTOP)
		result = freeze(proc, server);
	else if (number == SIGCONT)
		result = thaw(proc, server);
	else
		result = aim_and_hit(proc, server, &server->stat, number);
	return was_sent(result, server->stat.pid, number, text);
}

/* Returns the state that the server has now, or 0 if it cannot be read. */
static char state_of(const struct server *server)
{
	struct process_stat stat;
	if (process_stat_read(server->directory, "stat", &stat) < 0)
		return 0;
	return stat.state;
}

bool deed_is_stopped(const struct server *server)
{
	return is_stopped(state_of(server));
}

bool deed_is_traced(const struct server *server)
{
	return state_of(server) == 't';
}

bool deed_freeze(const struct watch *watch, const struct server *server,
		 char text[DEED_TEXT_SIZE])
{
	bool stopped = deed_is_stopped(server);
	if (!stopped && !send_server(watch, server, SIGSTOP, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE,
		 stopped ? "%s is stopped already"
			 : "%s is frozen (SIGSTOP): signals wait. f thaws it",
		 server->name);
	return !stopped;
}

static void describe_tracing(const struct server *server,
			     char text[DEED_TEXT_SIZE])
{
	char by[32] = "";
	struct process_status status;
	struct proc_text scratch = {0};
	if (process_status_read(server->directory, &scratch, &status) == 0 &&
	    status.tracer != 0)
		snprintf(by, sizeof(by), " by PID %d", status.tracer);
	proc_text_free(&scratch);
	snprintf(text, DEED_TEXT_SIZE,
		 "%s is being traced%s: SIGCONT does not start it",
		 server->name, by);
}

bool deed_thaw(const struct watch *watch, const struct server *server,
	       char text[DEED_TEXT_SIZE])
{
	if (!server->ended && !deed_is_stopped(server)) {
		snprintf(text, DEED_TEXT_SIZE, "%s is thawed already",
			 server->name);
		return false;
	}
	if (!server->ended && deed_is_traced(server)) {
		describe_tracing(server, text);
		return false;
	}
	if (!send_server(watch, server, SIGCONT, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE,
		 "%s is thawed (SIGCONT): what was pending comes now",
		 server->name);
	return true;
}

bool deed_send_sigchld(const struct watch *watch, const struct server *server,
		       char text[DEED_TEXT_SIZE])
{
	if (!send_server(watch, server, SIGCHLD, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE, "SIGCHLD sent to %s%s", server->name,
		 deed_is_stopped(server) ? ", which is frozen: it stays pending"
					 : "");
	return true;
}

bool deed_kill_child(const struct watch *watch, const struct server *server,
		     const struct child *child, char text[DEED_TEXT_SIZE])
{
	if (child == NULL || child_is_hidden(child)) {
		snprintf(text, DEED_TEXT_SIZE, "No child is selected");
		return false;
	}
	pid_t pid = child->stat.pid;
	if (child_is_zombie(child)) {
		snprintf(text, DEED_TEXT_SIZE,
			 "%d is dead already: a zombie cannot be killed, only "
			 "waited for",
			 pid);
		return false;
	}
	int result = aim_and_hit(watch->proc, server, &child->stat, SIGKILL);
	if (!was_sent(result, pid, SIGKILL, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE,
		 "%d is killed (SIGKILL): a zombie until %s waits for it", pid,
		 server->name);
	return true;
}

bool deed_kill_server(const struct watch *watch, const struct server *server,
		      char text[DEED_TEXT_SIZE])
{
	return send_server(watch, server, SIGKILL, text);
}

/* Describes a process if it is stopped. `keys`: f is for it. */
static bool describe(const struct process_stat *stat, const char *name,
		     bool keys, bool by_keys, char text[DEED_TEXT_SIZE])
{
	char how[WORDING_SIZE];
	bool ours = frozen_has(stat);
	const char *thaw_it = wording_thaw(stat, how);
	if (thaw_it == NULL || (by_keys && !ours))
		return false;
	keys = keys && stat->state == 'T';
	snprintf(text, DEED_TEXT_SIZE, "%.60s (%d) is stopped: %s%s", name,
		 stat->pid, keys && !ours ? "f or " : "",
		 keys && ours ? "f thaws it, and so does leaving" : thaw_it);
	return true;
}

/* Describes the first stopped child of a server. */
static bool describe_child(const struct server *server, bool by_keys,
			   char text[DEED_TEXT_SIZE])
{
	const struct child_set *children = &server->children.now;
	for (size_t i = 0; i < children->count; i++) {
		const struct child *child = &children->items[i];
		if (child->gone == 0 && describe(&child->stat, child->stat.name,
						 false, by_keys, text))
			return true;
	}
	return false;
}

bool stopped_describe(const struct watch *watch,
		      const struct deed_subject *selected, bool read_only,
		      bool by_keys, char text[DEED_TEXT_SIZE])
{
	const struct server *server = selected->server;
	const struct child *child = selected->child;
	if (server != NULL && server_is_frozen(server) &&
	    describe(&server->stat, server->name, !read_only, by_keys, text))
		return true;
	if (child != NULL &&
	    describe(&child->stat, child->stat.name, false, by_keys, text))
		return true;
	for (size_t i = 0; i < watch->count; i++) {
		server = &watch->servers[i];
		if (server_is_frozen(server) &&
		    describe(&server->stat, server->name, false, by_keys, text))
			return true;
	}
	for (size_t i = 0; i < watch->count; i++)
		if (describe_child(&watch->servers[i], by_keys, text))
			return true;
	return false;
}
