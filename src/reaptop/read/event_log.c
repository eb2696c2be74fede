/* The event log of one server, read forward in blocks. Several servers, and
 * several runs, may have written to one file: only lines of the watched PID
 * count, and its `listen` event starts the counts afresh. */
#include "reaptop/read/event_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reaptop/read/proc_file.h"

enum {
	BLOCK_SIZE = 65536,
	/* How far back a tail reads: more than EVENT_TAIL_MAX lines of usual
	 * length. */
	TAIL_REACH = 1 << 19,
};

/* A file read line by line while it grows. */
struct growing {
	off_t offset;      /* of the byte behind the block */
	size_t kept;       /* bytes of an unfinished line in the block */
	bool in_long_line; /* skip to the next newline */
	char block[BLOCK_SIZE];
};

typedef void take_line(void *owner, const char *line, size_t size);

/* Goes to that place of the file; the bytes from there to the next newline are
 * the end of a line that began before. */
static void go_to(struct growing *file, off_t offset)
{
	file->offset = offset;
	file->kept = 0;
	file->in_long_line = offset > 0;
}

/* Reads one block and takes the lines that end in it. A line longer than a
 * block is skipped. Returns the number of bytes read, 0 or less at the end. */
static ssize_t read_block(struct growing *file, int fd, take_line *take,
			  void *owner)
{
	ssize_t size = pread(fd, file->block + file->kept,
			     BLOCK_SIZE - file->kept, file->offset);
	if (size <= 0)
		return size;
	file->offset += size;
	char *at = file->block, *end = at + file->kept + size, *newline;
	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!file->in_long_line)
			take(owner, at, (size_t)(newline - at));
		file->in_long_line = false;
		at = newline + 1;
	}
	file->kept = (size_t)(end - at);
	if (file->kept == BLOCK_SIZE) {
		file->in_long_line = true;
		file->kept = 0;
	}
	memmove(file->block, at, file->kept);
	return size;
}

struct event_log {
	int fd;
	pid_t server;
	bool tells; /* an event of the server was read */
	struct event_counts counts;
	struct event_reap reaps[EVENT_REAPS_MAX]; /* a ring */
	size_t reaped; /* in the last event_log_follow() */
	struct growing file;
};

/* Takes the descriptor over; closes it if memory is short. */
static struct event_log *log_new(int fd, pid_t server)
{
	struct event_log *log = calloc(1, sizeof(*log));
	if (log == NULL) {
		close(fd);
		return NULL;
	}
	log->fd = fd;
	log->server = server;
	return log;
}

/* Opens with O_NONBLOCK, as opening a FIFO would wait for its writer. */
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

/* Returns whether the process opened its descriptor N to append, and not to
 * read: /proc/PID/fdinfo/N has the flags, in octal (proc(5)). */
static bool only_appends(int directory, const char *number)
{
	char path[32], text[512];
	snprintf(path, sizeof(path), "fdinfo/%.16s", number);
	if (proc_read_some(directory, path, text, sizeof(text)) < 0)
		return false;
	const char *flags = proc_value(text, "flags");
	long bits = flags == NULL ? 0 : strtol(flags, NULL, 8);
	return (bits & O_ACCMODE) == O_WRONLY && (bits & O_APPEND) != 0;
}

static bool begins_with_listen(int fd)
{
	char line[1024];
	struct event event;
	ssize_t size = pread(fd, line, sizeof(line), 0);
	if (size <= 0)
		return false;
	const char *newline = memchr(line, '\n', (size_t)size);
	return newline != NULL &&
	       event_parse(line, (size_t)(newline - line), &event) == 0 &&
	       event.kind == EVENT_LISTEN;
}

/* Opens the file of this descriptor again if it is a log, or returns -1. */
static int open_if_log(int directory, const char *number)
{
	char path[32];
	struct stat file;
	snprintf(path, sizeof(path), "fd/%.16s", number);
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
	DIR *descriptors = proc_open_folder(directory, "fd");
	if (descriptors == NULL)
		return NULL;
	int fd = -1, number;
	const char *name;
	while (fd < 0 &&
	       (name = proc_next_number(descriptors, &number)) != NULL)
		fd = open_if_log(directory, name);
	proc_close_folder(descriptors);
	return fd < 0 ? NULL : log_new(fd, server);
}

/* Returns the number that a member of the line has, or -1. */
static int number_in(const char *line, size_t size, const char *name)
{
	char text[12];
	if (!event_member(line, size, name, text, sizeof(text)) ||
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

static void count_line(void *owner, const char *line, size_t size)
{
	struct event_log *log = owner;
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

static void restart_if_truncated(struct event_log *log)
{
	struct stat file;
	if (fstat(log->fd, &file) != 0 || file.st_size >= log->file.offset)
		return;
	go_to(&log->file, 0);
	log->tells = false;
	log->counts = (struct event_counts){0};
}

bool event_log_follow(struct event_log *log, size_t budget)
{
	restart_if_truncated(log);
	log->reaped = 0;
	size_t done = 0;
	while (done < budget) {
		ssize_t size = read_block(&log->file, log->fd, count_line, log);
		if (size <= 0)
			return false;
		done += (size_t)size;
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

struct event_tail {
	pid_t server; /* 0: none yet */
	bool news;
	size_t first; /* place of the oldest line */
	size_t count;
	struct growing file;
	struct tail_line lines[EVENT_TAIL_MAX]; /* a ring */
};

struct event_tail *event_tail_new(void)
{
	return calloc(1, sizeof(struct event_tail));
}

void event_tail_free(struct event_tail *tail)
{
	free(tail);
}

static void forget(struct event_tail *tail)
{
	tail->first = 0;
	tail->count = 0;
	tail->news = true;
}

static void keep_line(void *owner, const char *text, size_t size)
{
	struct event_tail *tail = owner;
	struct event event;
	if (event_parse(text, size, &event) != 0)
		return;
	if (event.kind == EVENT_LISTEN && event.pid == tail->server)
		forget(tail);
	if (tail->count == EVENT_TAIL_MAX) {
		tail->first = (tail->first + 1) % EVENT_TAIL_MAX;
		tail->count--;
	}
	struct tail_line *line =
		&tail->lines[(tail->first + tail->count++) % EVENT_TAIL_MAX];
	line->event = event;
	line->size = size < EVENT_LINE_SIZE ? size : EVENT_LINE_SIZE;
	memcpy(line->text, text, line->size);
	tail->news = true;
}

bool event_tail_follow(struct event_tail *tail, int fd, pid_t server)
{
	struct stat file;
	tail->news = false;
	if (fstat(fd, &file) != 0)
		return false;
	if (tail->server != server || file.st_size < tail->file.offset) {
		tail->server = server;
		forget(tail);
		go_to(&tail->file, 0);
	}
	if (file.st_size - tail->file.offset > TAIL_REACH)
		go_to(&tail->file, file.st_size - TAIL_REACH);
	/* Lines that are written meanwhile are for the next time. */
	while (tail->file.offset < file.st_size &&
	       read_block(&tail->file, fd, keep_line, tail) > 0)
		continue;
	return tail->news;
}

size_t event_tail_count(const struct event_tail *tail)
{
	return tail->count;
}

const struct tail_line *event_tail_line(const struct event_tail *tail,
					size_t number)
{
	return &tail->lines[(tail->first + number) % EVENT_TAIL_MAX];
}
