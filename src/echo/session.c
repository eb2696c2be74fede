/* One echo session: all that a child is for. */
#include "echo/session.h"

#include "echo/write_all.h"

#include <errno.h>
#include <unistd.h>

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
			*call = "read";
			return -1;
		}
		if (write_all(conn, data, (size_t)size) < 0) {
			*call = "write";
			return -1;
		}
		*bytes += (uint64_t)size;
	}
}
