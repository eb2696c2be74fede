/* The children of this process: /proc/PID/task/PID/children, see proc(5). */
#include "echo/process/children.h"

#include "common/decimal.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static int open_list(void)
{
	char path[64] = "/proc/self/task/";
	char digits[DECIMAL_SIZE];

	strcat(path, decimal_format(getpid(), digits));
	strcat(path, "/children");
	return open(path, O_RDONLY | O_CLOEXEC);
}

int children_count(bool (*counts)(pid_t child))
{
	int fd = open_list();
	char text[4096];
	ssize_t size;
	pid_t child = 0;
	int count = 0;
	int error;

	if (fd < 0)
		return -1;
	/* PIDs, each followed by a space. A PID may span two reads. */
	while ((size = read(fd, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < size; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				child = child * 10 + (text[i] - '0');
			} else if (child > 0) {
				count += counts == NULL || counts(child);
				child = 0;
			}
		}
	}
	error = errno;
	(void)close(fd); /* only read from */
	errno = error;
	return size < 0 ? -1 : count;
}
