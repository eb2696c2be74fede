/* Room for many sockets: see fd_limit.h. */
#include "client/fd_limit.h"

#include "echo/complain.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>

enum {
	/* The burst's own: its epoll and signal descriptors, and some slack
	 * for what the C library opens. */
	OWN_DESCRIPTORS = 8,
	/* Taken as open when /proc cannot be asked. */
	ASSUMED_OPEN = 16,
};

/* The number of descriptors open now, or somewhat more. */
static unsigned long count_open(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned long count = 0;

	if (directory == NULL)
		return ASSUMED_OPEN;
	while (readdir(directory) != NULL)
		count++;
	(void)closedir(directory); /* read only: nothing to lose */
	return count;
}

static void complain_of_limit(unsigned long sockets, unsigned long needed,
			      rlim_t hard)
{
	char what[64];
	char why[256];

	(void)snprintf(what, sizeof(what), "%lu sessions at once", sockets);
	(void)snprintf(why, sizeof(why),
		       "need %lu file descriptors, but the limit RLIMIT_NOFILE "
		       "is %llu: raise it as root with 'ulimit -n %lu', or ask "
		       "for a lower --concurrency",
		       needed, (unsigned long long)hard, needed);
	complain(what, why);
}

int fd_limit_allow(unsigned long sockets)
{
	unsigned long needed = count_open() + OWN_DESCRIPTORS + sockets;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
		complain_errno("RLIMIT_NOFILE", errno);
		return -1;
	}
	if (limit.rlim_cur >= needed)
		return 0;
	if (limit.rlim_max < needed) {
		complain_of_limit(sockets, needed, limit.rlim_max);
		return -1;
	}
	limit.rlim_cur = needed;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
		complain_errno("RLIMIT_NOFILE", errno);
		return -1;
	}
	return 0;
}
