/* One echo session: all that a child is for. */
#include "echo/session.h"

#include "echo/write_all.h"

#include <errno.h>
#include <stddef.h>
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

/* session_echo() with this room for what arrives. Returns 1, too: after a read
 * that filled all of it. */
static int echo(int conn, char *room, size_t space, uint64_t *bytes,
		const char **call)
{
	for (;;) {
		ssize_t size = read(conn, room, space);

		if (size == 0)
			return 0;
		if (size < 0) {
			if (errno == EINTR)
				continue;
			return failed("read", call);
		}
		if (write_all(conn, room, (size_t)size) < 0)
			return failed("write", call);
		*bytes += (uint64_t)size;
		if ((size_t)size == space)
			return 1;
	}
}

/* Not inlined: its frame is not the caller's, and there only when it is wanted. */
static __attribute__((noinline)) int echo_much(int conn, uint64_t *bytes,
					       const char **call)
{
	char room[16 * 1024];
	int result;

	do {
		result = echo(conn, room, sizeof(room), bytes, call);
	} while (result > 0);
	return result;
}

int session_echo(int conn, uint64_t *bytes, const char **call)
{
	/* On the stack, and little as long as little comes: then a child writes
	 * to no page of it but the one that it writes to anyway. */
	char room[2 * 1024];
	int result = echo(conn, room, sizeof(room), bytes, call);

	return result > 0 ? echo_much(conn, bytes, call) : result;
}
