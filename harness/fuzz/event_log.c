/* A whole event log, followed while it grows: read in two parts, it must come
 * to the same counts as read at once. */
#include "reaptop/read/event_log.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

static struct event_counts follow(const uint8_t *data, size_t size,
				  size_t first)
{
	char path[64];
	int file = memfd_create("log", MFD_CLOEXEC);

	CHECK(file >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	CHECK(write(file, data, first) == (ssize_t)first);
	struct event_log *log = event_log_open(path, 1);
	CHECK(log != NULL);
	while (event_log_follow(log, 4096))
		continue;
	CHECK(write(file, data + first, size - first) ==
	      (ssize_t)(size - first));
	while (event_log_follow(log, SIZE_MAX))
		continue;
	struct event_counts counts = *event_log_counts(log);
	event_log_close(log);
	close(file);
	return counts;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event_counts whole = follow(data, size, size);
	struct event_counts parts = follow(data, size, size / 2);

	CHECK(whole.forked == parts.forked);
	CHECK(whole.reaped == parts.reaped);
	CHECK(whole.sigchlds == parts.sigchlds);
	return 0;
}
