/* The event log of one server, read forward in blocks. Several servers, and
 * several runs, may have written to one file: only lines of the watched PID
 * count, and its `listen` event starts the counts afresh. */
#include "reaptop/read/event_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reaptop/read/event.h"
#include "reaptop/read/proc_file.h"

enum { BLOCK_SIZE = 65536 };

struct event_log {
	int fd;
	pid_t server;
	off_t offset;      /* of the byte behind the block */
	size_t kept;       /* bytes of an unfinished line in the block */
	bool in_long_line; /* skip to the next newline */
	bool tells;        /* an event of the server was read */
	struct event_counts counts;
	struct event_reap reaps[EVENT_REAPS_MAX]; /* a ring */
	size_t reaped; /* in the last event_log_follow() */
	char block[BLOCK_SIZE];
};

/* Takes the descriptor over, or closes it. */
static struct event_log *log_new(int fd, pid_t server)
{
	struct event_log *log = calloc(1, sizeof *log);
	if (log == NULL) {
		close(fd);
		return NULL;
	}
	log->fd = fd;
	log->server = server;
	return log;
}

/* O_NONBLOCK, as opening a FIFO would wait for its writer. */
static int open_regular(int directory, const char *path)
{
	int fd = openat(directory, path,
			O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	struct stat file;
	if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

struct event_log *event_log_open(const char *path, pid_t server)
{
	int fd = open_regular(AT_FDCWD, path);
	return fd < 0 ? NULL : log_new(fd, server);
}

void event_log_close(struct event_log *log)
{
	if (log == NULL)
		return;
	close(log->fd);
	free(log);
}

/* Whether the process opened its descriptor N to append to, and not to read:
 * /proc/PID/fdinfo/N has its flags, in octal (proc(5)). */
static bool only_appends(int directory, const char *number)
{
	char path[32], text[512];
	snprintf(path, sizeof path, "fdinfo/%.16s", number);
	if (proc_read_some(directory, path, text, sizeof text) < 0)
		return false;
	const char *flags = strstr(text, "flags:");
	if (flags == NULL)
		return false;
	long bits = strtol(flags + strlen("flags:"), NULL, 8);
	return (bits & O_ACCMODE) == O_WRONLY && (bits & O_APPEND) != 0;
}

static bool begins_with_listen(int fd)
{
	char line[1024];
	struct event event;
	ssize_t size = pread(fd, line, sizeof line, 0);
	if (size <= 0)
		return false;
	const char *newline = memchr(line, '\n', (size_t)size);
	return newline != NULL &&
	       event_parse(line, (size_t)(newline - line), &event) == 0 &&
	       event.kind == EVENT_LISTEN;
}

/* The descriptor of this number in the process, opened anew, if it is a log. */
static int open_if_log(int directory, const char *number)
{
	char path[32];
	struct stat file;
	snprintf(path, sizeof path, "fd/%.16s", number);
	if (fstatat(directory, path, &file, 0) != 0 || !S_ISREG(file.st_mode) ||
	    !only_appends(directory, number))
		return -1;
	int fd = open_regular(directory, path);
	if (fd < 0 || begins_with_listen(fd))
		return fd;
	close(fd);
	return -1;
}

struct event_log *event_log_find(int directory, pid_t server)
{
	int folder =
		openat(directory, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return NULL;
	DIR *descriptors = fdopendir(folder);
	if (descriptors == NULL) {
		close(folder);
		return NULL;
	}
	int fd = -1;
	const struct dirent *entry;
	while (fd < 0 && (entry = readdir(descriptors)) != NULL)
		if (entry->d_name[0] != '.')
			fd = open_if_log(directory, entry->d_name);
	closedir(descriptors);
	return fd < 0 ? NULL : log_new(fd, server);
}

/* The number that a member of the line has, or -1. */
static int number_in(const char *line, size_t size, const char *name)
{
	char text[12];
	if (!event_member(line, size, name, text, sizeof text) ||
	    text[0] < '0' || text[0] > '9')
		return -1;
	return atoi(text) & 0xff;
}

static void note_reap(struct event_log *log, const struct event *event,
		      const char *line, size_t size)
{
	int code = number_in(line, size, "exit_code");
	int number = number_in(line, size, "signal");
	log->reaps[log->reaped++ % EVENT_REAPS_MAX] = (struct event_reap){
		.child = event->child,
		.t_ns = event->t_ns,
		.exit_known = code >= 0 || number > 0,
		.exit_status = code >= 0 ? W_EXITCODE(code, 0)
					 : W_EXITCODE(0, number & 0x7f),
	};
}

static void count_line(struct event_log *log, const char *line, size_t size)
{
	struct event event;
	if (event_parse(line, size, &event) != 0 || event.pid != log->server)
		return;
	log->tells = true;
	switch (event.kind) {
	case EVENT_LISTEN:
		log->counts = (struct event_counts){0};
		break;
	case EVENT_FORK:
		log->counts.forked++;
		break;
	case EVENT_REAP:
		log->counts.reaped++;
		note_reap(log, &event, line, size);
		break;
	case EVENT_SIGCHLD:
		log->counts.sigchlds++;
		break;
	default:
		break;
	}
}

/* Counts the lines that end in the block's first `size` bytes and keeps the
 * rest for later. A line longer than a block is no event. */
static void count_block(struct event_log *log, size_t size)
{
	char *at = log->block, *end = log->block + size, *newline;
	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!log->in_long_line)
			count_line(log, at, (size_t)(newline - at));
		log->in_long_line = false;
		at = newline + 1;
	}
	log->kept = (size_t)(end - at);
	if (log->kept == BLOCK_SIZE) {
		log->in_long_line = true;
		log->kept = 0;
	}
	memmove(log->block, at, log->kept);
}

static void restart_if_shorter(struct event_log *log)
{
	struct stat file;
	if (fstat(log->fd, &file) != 0 || file.st_size >= log->offset)
		return;
	log->offset = 0;
	log->kept = 0;
	log->in_long_line = false;
	log->tells = false;
	log->counts = (struct event_counts){0};
}

bool event_log_follow(struct event_log *log, size_t budget)
{
	restart_if_shorter(log);
	log->reaped = 0;
	size_t done = 0;
	while (done < budget) {
		ssize_t size = pread(log->fd, log->block + log->kept,
				     BLOCK_SIZE - log->kept, log->offset);
		if (size <= 0)
			return false;
		log->offset += size;
		done += (size_t)size;
		count_block(log, log->kept + (size_t)size);
	}
	return true;
}

bool event_log_tells(const struct event_log *log)
{
	return log->tells;
}

const struct event_counts *event_log_counts(const struct event_log *log)
{
	return &log->counts;
}

size_t event_log_reap_count(const struct event_log *log)
{
	return log->reaped < EVENT_REAPS_MAX ? log->reaped : EVENT_REAPS_MAX;
}

const struct event_reap *event_log_reap(const struct event_log *log, size_t i)
{
	size_t first = log->reaped - event_log_reap_count(log);
	return &log->reaps[(first + i) % EVENT_REAPS_MAX];
}

int event_log_descriptor(const struct event_log *log)
{
	return log->fd;
}
