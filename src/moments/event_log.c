/* One line per event: see event_log.h. */
#include "moments/event_log.h"

#include "moments/calls.h"
#include "moments/run.h"

#include "common/address.h"
#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

FILE *event_log_open(const char *path)
{
	int fd = open(path,
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY |
			      O_NONBLOCK,
		      0600);
	FILE *log = fd < 0 ? NULL : fdopen(fd, "w");

	if (fd >= 0 && log == NULL) {
		int error = errno;

		(void)close(fd); /* nothing was written */
		errno = error;
	}
	return log;
}

/* Begins a line. */
static void begin(const struct run *run, pid_t pid, const char *event)
{
	(void)fprintf(run->log, "{\"t_ns\":%lld,\"pid\":%d,\"event\":\"%s\"",
		      (long long)clock_now(CLOCK_MONOTONIC), (int)pid, event);
}

static void end(const struct run *run)
{
	(void)fputs("}\n", run->log);
}

/* Writes a name. What would have to be escaped becomes `?`. */
static void put_name(const struct run *run, const char *name)
{
	for (; *name != '\0'; name++) {
		bool plain = *name >= ' ' && *name < 0x7f && *name != '"' &&
			     *name != '\\';

		(void)fputc(plain ? *name : '?', run->log);
	}
}

void event_log_listen(const struct run *run, int backlog)
{
	const char *name = run->setting->command[0];
	const char *slash = strrchr(name, '/');
	char host[ADDRESS_TEXT_SIZE];
	union address address;

	if (run->log == NULL)
		return;
	address.storage = run->address;
	begin(run, run->parent, "listen");
	(void)fprintf(run->log,
		      ",\"address\":\"%s\",\"port\":%d,\"backlog\":%d,"
		      "\"variant\":\"",
		      address_format_host(&address, host),
		      address_port(&address), backlog < 0 ? 0 : backlog);
	put_name(run, slash != NULL ? slash + 1 : name);
	(void)fputc('"', run->log);
	end(run);
}

void event_log_sigchld(const struct run *run)
{
	if (run->log == NULL)
		return;
	begin(run, run->parent, "sigchld");
	end(run);
}

void event_log_fork(const struct run *run, int child)
{
	if (run->log == NULL)
		return;
	begin(run, run->parent, "fork");
	(void)fprintf(run->log, ",\"child\":%d",
		      (int)run->children[child - 1].pid);
	end(run);
}

void event_log_death(const struct run *run, int child, int status)
{
	/* As in a server's own log, one that is killed says nothing. */
	if (run->log == NULL || !WIFEXITED(status))
		return;
	begin(run, run->children[child - 1].pid, "exit");
	(void)fprintf(run->log, ",\"exit_code\":%d", WEXITSTATUS(status));
	end(run);
}

static void put_reap(const struct run *run, const struct child *child)
{
	begin(run, run->parent, "reap");
	(void)fprintf(run->log, ",\"child\":%d,", (int)child->pid);
	if (WIFSIGNALED(child->status))
		(void)fprintf(run->log, "\"signal\":%d",
			      WTERMSIG(child->status));
	else
		(void)fprintf(run->log, "\"exit_code\":%d",
			      WEXITSTATUS(child->status));
	end(run);
}

/* Finds which children are no zombies any more. Returns how many are reaped by now. */
static int find_reaped(struct run *run, bool tell)
{
	uint64_t zombies = children_zombies(run);
	int reaped = 0;

	for (int i = 0; i < run->child_count; i++) {
		struct child *child = &run->children[i];

		if (child->fate != CHILD_DEAD || (zombies >> i & 1) != 0)
			continue;
		if (tell && !child->reaped)
			put_reap(run, child);
		child->reaped |= tell;
		reaped += child->reaped;
	}
	return reaped;
}

void event_log_return(struct run *run, const struct task *task)
{
	char peer[ADDRESS_TEXT_SIZE];
	union address address;

	if (run->log == NULL || task->stop.result < 0)
		return;
	if (call_is_wait(task->number))
		(void)find_reaped(run, true);
	if (!call_is_accept(task->number) ||
	    !start_read_address(task->process, (int)task->stop.result, true,
				&address.storage))
		return;
	begin(run, run->parent, "accept");
	(void)fprintf(run->log, ",\"peer\":\"%s\"",
		      address_format(&address, peer));
	end(run);
}

void event_log_stop(struct run *run)
{
	uint64_t zombies;
	int left = 0;

	if (run->log == NULL || run->parent == 0)
		return;
	for (zombies = children_zombies(run); zombies != 0; zombies >>= 1)
		left += (int)(zombies & 1);
	begin(run, run->parent, "stop");
	(void)fprintf(run->log,
		      ",\"forked\":%d,\"reaped\":%d,\"sigchlds\":%d,"
		      "\"zombies\":%d",
		      run->child_count, find_reaped(run, false), run->sigchlds,
		      left);
	end(run);
}
