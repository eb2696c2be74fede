/* Standard descriptors that were left closed: see standard_fds.h. */
#include "common/standard_fds.h"

#include <fcntl.h>
#include <unistd.h>

int standard_fds_fill(int in, int out, int err)
{
	const int modes[] = {
		[STDIN_FILENO] = in,
		[STDOUT_FILENO] = out,
		[STDERR_FILENO] = err,
	};

	/* open(2) returns the lowest free number, and all below fd are open. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) < 0)
			return -1;
	}
	return 0;
}
