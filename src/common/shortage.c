/* The limit behind an error: see shortage.h. */
#include "common/shortage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

/* How much of the stack a program may need, in bytes: measured, with a sanitizer. */
enum { STACK_NEEDED = 256 * 1024 };

/* A cgroup whose folder has a longer path is ignored. */
enum { GROUP_PATH_SIZE = 1024 };

struct text {
	char *bytes;
	size_t used;
	bool has_limit; /* its parenthesis is open */
};

static void add(struct text *text, const char *more)
{
	while (*more != '\0' && text->used < SHORTAGE_TEXT_SIZE - 1)
		text->bytes[text->used++] = *more++;
	text->bytes[text->used] = '\0';
}

static void add_number(struct text *text, uint64_t number)
{
	char digits[24];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	add(text, at);
}

static void add_limit(struct text *text, const char *name, uint64_t value,
		      const char *unit)
{
	add(text, text->has_limit ? ", " : " (");
	text->has_limit = true;
	add(text, name);
	add(text, " is ");
	add_number(text, value);
	add(text, unit);
}

/* Reads the file's beginning as a string. Returns false if it cannot be read. */
static bool read_start(const char *path, char *start, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return false;
	do {
		length = read(fd, start, size - 1);
	} while (length < 0 && errno == EINTR);
	(void)close(fd); /* only read from */
	if (length <= 0)
		return false;
	start[length] = '\0';
	return true;
}

/* Reads digits up to the first other byte. Returns false if there is none. */
static bool parse_number(const char *digits, uint64_t *number)
{
	const char *at = digits;

	*number = 0;
	for (; *at >= '0' && *at <= '9'; at++)
		*number = *number * 10 + (uint64_t)(*at - '0');
	return at > digits;
}

static bool read_number(const char *path, uint64_t *number)
{
	char start[32];

	return read_start(path, start, sizeof(start)) &&
	       parse_number(start, number);
}

/* Returns whether the limit is reached, or was when the call failed: a few tasks may have
 * ended since. */
static bool is_near(uint64_t now, uint64_t limit)
{
	return now + limit / 16 + 1 >= limit;
}

/* Reads a number from a file in the cgroup's folder. */
static bool read_of_group(const char *folder, const char *name,
			  uint64_t *number)
{
	char path[GROUP_PATH_SIZE + 16];

	strcpy(path, folder);
	strcat(path, name);
	return read_number(path, number);
}

/* Finds this process's cgroup among the lines `0::/path` (cgroup v2) and `8:pids:/path`
 * (v1), and stores its folder. Returns the length of the mount point in it, or 0 if there
 * is no cgroup. */
static size_t find_group(char folder[GROUP_PATH_SIZE])
{
	static const struct {
		const char *key;
		const char *mount;
	} kinds[] = {
		{":pids:", "/sys/fs/cgroup/pids"},
		{"0::", "/sys/fs/cgroup"},
	};
	char lines[4096];

	if (!read_start("/proc/self/cgroup", lines, sizeof(lines)))
		return 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *path = strstr(lines, kinds[i].key);
		size_t mount = strlen(kinds[i].mount);
		size_t length;

		if (path == NULL)
			continue;
		path += strlen(kinds[i].key);
		length = strcspn(path, "\n");
		if (mount + length >= GROUP_PATH_SIZE)
			return 0;
		memcpy(folder, kinds[i].mount, mount);
		memcpy(folder + mount, path, length);
		folder[mount + length] = '\0';
		return mount;
	}
	return 0;
}

/* Names pids.max of this process's cgroup, or of the nearest one above it, that is
 * nearly used up. */
static void add_near_group(struct text *text)
{
	char folder[GROUP_PATH_SIZE];
	size_t mount = find_group(folder);
	const char *name = "pids.max of its cgroup";
	uint64_t most, now;

	while (mount > 0) {
		char *slash = strrchr(folder + mount, '/');

		/* "max" is no number: no limit. */
		if (read_of_group(folder, "/pids.max", &most) &&
		    read_of_group(folder, "/pids.current", &now) &&
		    is_near(now, most)) {
			add_limit(text, name, most, "");
			return;
		}
		if (slash == NULL)
			return;
		*slash = '\0';
		name = "pids.max of a cgroup above its own";
	}
}

/* Names the sysctls on the number of tasks that are nearly used up. */
static void add_near_sysctls(struct text *text)
{
	char load[128]; /* "0.20 0.18 0.12 1/80 11206": running/all tasks */
	const char *all;
	uint64_t now, most;

	if (!read_start("/proc/loadavg", load, sizeof(load)))
		return;
	all = strchr(load, '/');
	if (all == NULL || !parse_number(all + 1, &now))
		return;
	if (read_number("/proc/sys/kernel/threads-max", &most) &&
	    is_near(now, most))
		add_limit(text, "kernel.threads-max", most, "");
	if (read_number("/proc/sys/kernel/pid_max", &most) &&
	    is_near(now, most))
		add_limit(text, "kernel.pid_max", most, "");
}

static void add_sysctl(struct text *text, const char *name, const char *path)
{
	uint64_t value;

	if (read_number(path, &value)) {
		add_limit(text, name, value, "");
		return;
	}
	/* Without free files, the limit's own file cannot be opened. */
	add(text, " (the limit is ");
	add(text, name);
	text->has_limit = true;
}

static void add_rlimits(struct text *text, enum shortage_call call, int error)
{
	static const struct {
		int error;
		enum shortage_call call;
		enum __rlimit_resource resource;
		const char *name;
		const char *unit;
	} rlimits[] = {
		{EMFILE, SHORTAGE_ANY_CALL, RLIMIT_NOFILE, "RLIMIT_NOFILE", ""},
		{EFBIG, SHORTAGE_ANY_CALL, RLIMIT_FSIZE, "RLIMIT_FSIZE",
		 " bytes"},
		{ENOMEM, SHORTAGE_ANY_CALL, RLIMIT_AS, "RLIMIT_AS", " bytes"},
		{EAGAIN, SHORTAGE_NEW_TASK, RLIMIT_NPROC, "RLIMIT_NPROC", ""},
		/* pthread_create(3) without memory for a stack. */
		{EAGAIN, SHORTAGE_NEW_TASK, RLIMIT_AS, "RLIMIT_AS", " bytes"},
	};
	struct rlimit limit;

	for (size_t i = 0; i < sizeof(rlimits) / sizeof(rlimits[0]); i++) {
		if (rlimits[i].error != error ||
		    (rlimits[i].call != SHORTAGE_ANY_CALL &&
		     rlimits[i].call != call))
			continue;
		/* Fails only for a bad argument. */
		if (getrlimit(rlimits[i].resource, &limit) == 0 &&
		    limit.rlim_cur != RLIM_INFINITY)
			add_limit(text, rlimits[i].name, limit.rlim_cur,
				  rlimits[i].unit);
	}
}

const char *shortage_text(enum shortage_call call, int error,
			  char text[SHORTAGE_TEXT_SIZE])
{
	int saved_errno = errno;
	struct text reason = {.bytes = text};
	/* Not strerror(3), which is not async-signal-safe. */
	const char *plain = strerrordesc_np(error);

	add(&reason, plain != NULL ? plain : "unknown error");
	if (error == ENFILE)
		add_sysctl(&reason, "fs.file-max", "/proc/sys/fs/file-max");
	if (error == ENOSPC && call == SHORTAGE_EPOLL_ADD)
		add_sysctl(&reason, "fs.epoll.max_user_watches",
			   "/proc/sys/fs/epoll/max_user_watches");
	if (error == EAGAIN && call == SHORTAGE_NEW_TASK) {
		add_near_group(&reason);
		add_near_sysctls(&reason);
	}
	if (!reason.has_limit)
		add_rlimits(&reason, call, error);
	if (reason.has_limit)
		add(&reason, ")");
	errno = saved_errno;
	return text;
}

const char *shortage_of_stack(char text[SHORTAGE_TEXT_SIZE])
{
	struct text reason = {.bytes = text};
	/* The kernel puts this string at the stack's start, above the environment
	 * and the arguments: they count too. */
	uintptr_t start = (uintptr_t)getauxval(AT_EXECFN);
	uintptr_t here = (uintptr_t)&reason;
	uint64_t used = start > here ? start - here : 0;
	struct rlimit limit;

	/* Fails only for a bad argument. */
	if (getrlimit(RLIMIT_STACK, &limit) < 0 ||
	    limit.rlim_cur >= used + STACK_NEEDED)
		return NULL;
	add(&reason, "limited to ");
	add_number(&reason, limit.rlim_cur / 1024);
	add(&reason, " kB (RLIMIT_STACK), and it needs at least ");
	add_number(&reason, (used + STACK_NEEDED) / 1024 + 1);
	add(&reason, " kB");
	return text;
}
