/* Opening a file that is appended to: see log_file.h. */
#include "echo/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens the folder that the path's last name is in, and stores that name. */
static int open_folder(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";
	size_t length;

	*name = path;
	if (slash) {
		*name = slash + 1;
		length = slash == path ? 1 : (size_t)(slash - path);
		if (length >= sizeof(folder)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(folder, path, length);
		folder[length] = '\0';
	}
	return open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Whether a file found in a shared folder is ours alone. */
static int check_owner(int fd)
{
	struct stat file;

	if (fstat(fd, &file) < 0)
		return -1;
	if (file.st_uid == geteuid() && file.st_nlink <= 1)
		return 0;
	errno = EACCES;
	return -1;
}

/* Whether others may put files into the folder: everybody, a group (whose bits are
 * the mask of an ACL too, acl(5)), or one whose folder it is, who may have made it in
 * /tmp before us. Root may, everywhere. */
static bool is_others_too(const struct stat *folder)
{
	return (folder->st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
	       (folder->st_uid != geteuid() && folder->st_uid != 0);
}

/* Opens the name in its folder, which stays the one that was looked at. */
static int open_in(int folder, const char *name)
{
	/* O_NONBLOCK: neither opening a FIFO nor writing to it or to a terminal
	 * may wait for whoever reads there; the clients would wait with us. */
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
		    O_NONBLOCK;
	struct stat about;
	bool shared;
	int fd;

	if (fstat(folder, &about) < 0)
		return -1;
	shared = is_others_too(&about);
	fd = openat(folder, name, flags | (shared ? O_NOFOLLOW : 0), 0600);
	if (fd >= 0 && shared && check_owner(fd) < 0) {
		int error = errno;

		(void)close(fd); /* nothing was written */
		errno = error;
		return -1;
	}
	return fd;
}

int log_file_open(const char *path)
{
	const char *name;
	int folder = open_folder(path, &name);
	int fd, error;

	if (folder < 0)
		return -1;
	fd = open_in(folder, name);
	error = errno;
	(void)close(folder); /* only looked at */
	errno = error;
	return fd;
}
