/* The last lines of an event log, in a ring. */
#include "reaptop/read/event_tail.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BLOCK_SIZE = 65536,
	/* More than EVENT_TAIL_MAX lines of usual length. */
	REACH = 1 << 19,
};

struct event_tail {
	pid_t server;      /* 0: none yet */
	off_t offset;      /* of the byte behind the block */
	size_t kept;       /* bytes of an unfinished line in the block */
	bool in_long_line; /* skip to the next newline */
	bool news;
	size_t first; /* place of the oldest line */
	size_t count;
	char block[BLOCK_SIZE];
	struct tail_line lines[EVENT_TAIL_MAX];
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

/* Goes to that place of the file; what stands there up to the next newline is
 * the end of a line that began before. */
static void go_to(struct event_tail *tail, off_t offset)
{
	tail->offset = offset;
	tail->kept = 0;
	tail->in_long_line = offset > 0;
}

static void take_line(struct event_tail *tail, const char *text, size_t size)
{
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

static void take_block(struct event_tail *tail, size_t size)
{
	char *at = tail->block, *end = tail->block + size, *newline;
	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!tail->in_long_line)
			take_line(tail, at, (size_t)(newline - at));
		tail->in_long_line = false;
		at = newline + 1;
	}
	tail->kept = (size_t)(end - at);
	if (tail->kept == BLOCK_SIZE) {
		tail->in_long_line = true;
		tail->kept = 0;
	}
	memmove(tail->block, at, tail->kept);
}

bool event_tail_follow(struct event_tail *tail, int fd, pid_t server)
{
	struct stat file;
	tail->news = false;
	if (fstat(fd, &file) != 0)
		return false;
	if (tail->server != server || file.st_size < tail->offset) {
		tail->server = server;
		forget(tail);
		go_to(tail, 0);
	}
	if (file.st_size - tail->offset > REACH)
		go_to(tail, file.st_size - REACH);
	/* What is written meanwhile is for the next time. */
	while (tail->offset < file.st_size) {
		ssize_t size = pread(fd, tail->block + tail->kept,
				     BLOCK_SIZE - tail->kept, tail->offset);
		if (size <= 0)
			break;
		tail->offset += size;
		take_block(tail, tail->kept + (size_t)size);
	}
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
