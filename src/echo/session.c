/* One echo session: all that a child is for. */
#include "echo/session.h"

#include "echo/write_all.h"

#include <errno.h>
#include <unistd.h>

/* On a blocking socket EAGAIN is what SO_RCVTIMEO and SO_SNDTIMEO end in, see
 * socket(7). */
static int failed(const char *which, const char **call)
{
	if (errno == EAGAIN)
		errno = ETIMEDOUT;
	*call = which;
	return -1;
}

int session_echo(int conn, uint64_t *bytes, const char **call)
{
	/* On the stack, so that a child touches only the pages it fills. */
	char data[16 * 1024];

	for (;;) {
		ssize_t size = read(conn, data, sizeof(data));

		if (size == 0)
			return 0;
		if (size < 0) {
			if (errno == EINTR)
				continue;
			return failed("read", call);
		}
		if (write_all(conn, data, (size_t)size) < 0)
			return failed("write", call);
		*bytes += (uint64_t)size;
	}
}
