/* One echo session: the child's work. */
#include "echo/session.h"

#include "common/write_all.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

/* Stores the failed call's name. Returns -1. A blocking socket fails with EAGAIN when
 * its SO_RCVTIMEO or SO_SNDTIMEO is over (socket(7)). */
static int failed(const char *which, const char **call)
{
	if (errno == EAGAIN)
		errno = ETIMEDOUT;
	*call = which;
	return -1;
}

int session_echo(int conn, uint64_t *bytes, const char **call)
{
	char buffer[16 * 1024];

	for (;;) {
		ssize_t size = read(conn, buffer, sizeof(buffer));

		if (size == 0)
			return 0; /* the client's FIN */
		if (size < 0) {
			if (errno == EINTR)
				continue;
			return failed("read", call);
		}
		if (write_all(conn, buffer, (size_t)size) < 0)
			return failed("write", call);
		*bytes += (uint64_t)size;
	}
}
