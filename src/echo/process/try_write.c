/* Writes without waiting for a reader: see try_write.h. */
#include "echo/process/try_write.h"

#include "common/decimal.h"
#include "common/write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens the same pipe or terminal again: the new open file has its own flags. Returns
 * the descriptor, or -1. */
static int open_anew(int fd)
{
	static const char folder[] = "/proc/self/fd/";
	char path[sizeof(folder) + DECIMAL_SIZE];
	char digits[DECIMAL_SIZE];

	strcpy(path, folder);
	strcat(path, decimal_format(fd, digits));
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static ssize_t write_once(int fd, const void *data, size_t size)
{
	ssize_t written;

	do {
		written = write(fd, data, size);
	} while (written < 0 && errno == EINTR);
	return written;
}

/* For a file that cannot be opened again, for example because it belongs to another
 * user. Waits only if another process fills the file between the two calls, or if a
 * terminal's buffer has room, but less than `size`. */
static ssize_t write_if_ready(int fd, const void *data, size_t size)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};

	if (poll(&ready, 1, 0) > 0)
		return write_once(fd, data, size);
	errno = EAGAIN;
	return -1;
}

static ssize_t write_anew(int fd, const void *data, size_t size)
{
	int own = open_anew(fd);
	ssize_t written;
	int error;

	if (own < 0)
		return write_if_ready(fd, data, size);
	written = write_once(own, data, size);
	error = errno;
	(void)close(own); /* nothing is buffered in it */
	errno = error;
	return written;
}

int try_write(int fd, const void *data, size_t size)
{
	struct stat file;
	ssize_t written;

	if (fstat(fd, &file) < 0)
		return -1;
	if (S_ISSOCK(file.st_mode))
		written = send(fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	else if (S_ISFIFO(file.st_mode) || S_ISCHR(file.st_mode))
		written = write_anew(fd, data, size);
	else
		return write_all(fd, data, size);
	if (written < 0 && errno != EAGAIN)
		return -1;
	return written == (ssize_t)size ? 0 : 1;
}
