/* From what the command line names to processes that are watched. */
#include "reaptop/targets.h"

#include <errno.h>
#include <stdio.h>

#include "reaptop/complain.h"
#include "reaptop/read/listeners.h"
#include "reaptop/read/process_stat.h"

int targets_add_process(struct watch *watch, pid_t pid)
{
	char what[32], why[80];
	pid_t process;
	if (watch_add(watch, pid, &process) == 0)
		return 0;
	snprintf(what, sizeof(what), "%d", pid);
	if (proc_error_is_gone(errno)) {
		complain(what, process_is_hidden(pid)
				       ? "another user's process, which /proc "
					 "hides from us"
				       : "no such process");
	} else if (errno == EISDIR) {
		snprintf(why, sizeof(why), "a thread of process %d: watch that",
			 process);
		complain(what, why);
	} else if (errno == ENOSPC) {
		complain(what, "more than 64 cannot be watched");
	} else {
		complain_errno(what, errno);
	}
	return -1;
}

static int add_port(struct watch *watch, uint16_t port)
{
	char what[32];
	struct port_owners owners;
	if (port_owners_find(watch->proc, port, &owners) != 0) {
		int error = errno;
		snprintf(what, sizeof(what), "port %u", port);
		if (error == ENOENT)
			complain(what, "no process listens on it");
		else if (error == EACCES)
			complain(what,
				 process_is_hidden(1)
					 ? "it belongs to another user's "
					   "process, which /proc hides from us"
					 : "it belongs to another user's "
					   "process, which may not be seen; "
					   "name its PID");
		else
			complain_errno(what, error);
		return -1;
	}
	for (size_t i = 0; i < owners.count; i++)
		if (targets_add_process(watch, owners.pids[i]) != 0)
			return -1;
	return 0;
}

int targets_add_logs(struct watch *watch, const struct options *options)
{
	for (size_t i = 0; i < options->trace_count; i++) {
		const char *path = options->traces[i];
		if (i >= watch->count) {
			complain(path, "there is no server left for this "
				       "event log");
			return -1;
		}
		pid_t pid = watch->servers[i].stat.pid;
		if (watch_add_log(watch, pid, path) == 0)
			continue;
		if (errno == EINVAL)
			complain(path, "not a regular file");
		else
			complain_errno(path, errno);
		return -1;
	}
	return 0;
}

int targets_add(struct watch *watch, const struct options *options)
{
	for (size_t i = 0; i < options->number_count; i++) {
		long number = options->numbers[i];
		int result =
			options->target == TARGET_PORTS
				? add_port(watch, (uint16_t)number)
				: targets_add_process(watch, (pid_t)number);
		if (result != 0)
			return -1;
	}
	return targets_add_logs(watch, options);
}
