/* Opens a file to append to it: see log_file.h. */
#include "echo/log/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens the folder of the path's last name, and stores that name. */
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

/* Returns 0 if the file belongs to this user and has no other name. Otherwise returns -1
 * with errno set. */
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

/* Returns whether others may put files into the folder: everybody, a group (its bits are
 * also the mask of an ACL, acl(5)), or the folder's owner, who may have made it in /tmp
 * before us. Root may do so everywhere, and does not count. */
static bool is_others_too(const struct stat *folder)
{
	return (folder->st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
	       (folder->st_uid != geteuid() && folder->st_uid != 0);
}

/* Opens the name in the folder that was checked. */
static int open_in(int folder, const char *name)
{
	/* O_NONBLOCK: the server must not wait for the reader of a FIFO or a
	 * terminal, since its clients would wait too. */
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
	(void)close(folder); /* nothing was written */
	errno = error;
	return fd;
}
