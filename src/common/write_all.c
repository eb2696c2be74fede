/* Handles short writes and EINTR: see write_all.h. */
#include "common/write_all.h"

#include <errno.h>
#include <unistd.h>

int write_all(int fd, const void *data, size_t size)
{
	const char *next = data;

	while (size > 0) {
		ssize_t written = write(fd, next, size);

		if (written < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		next += written;
		size -= (size_t)written;
	}
	return 0;
}
