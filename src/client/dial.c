/* Connecting with a time limit: see dial.h. */
#include "client/dial.h"

#include "client/resolve.h"
#include "echo/complain.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Waits for the connect's end. Returns 0, or the errno of its failure. */
static int wait_for_connect(int fd, int timeout_ms)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	int error = 0;
	socklen_t size = sizeof(error);
	int ready;

	do {
		/* A signal, say of a resized window, grants the full time
		 * once more: it is a limit against waiting for ever. */
		ready = poll(&wait, 1, timeout_ms);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return errno;
	if (ready == 0)
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return errno;
	return error;
}

/* Returns a connected socket, or -1 with errno set. */
static int dial_address(const union address *server, int timeout_ms)
{
	int fd = socket(server->any.sa_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0;

	if (fd < 0)
		return -1;
	if (connect(fd, &server->any, address_size(server)) < 0)
		error = errno;
	if (error == EINPROGRESS)
		error = wait_for_connect(fd, timeout_ms);
	if (error == 0)
		return fd;
	(void)close(fd); /* nothing was sent */
	errno = error;
	return -1;
}

int dial(const char *host, in_port_t port, int timeout_ms,
	 union address *server)
{
	union address addresses[RESOLVE_MAX];
	int count = resolve(host, port, addresses);
	int fd = -1;

	if (count < 0)
		return -1;
	for (int i = 0; i < count && fd < 0; i++) {
		*server = addresses[i];
		fd = dial_address(server, timeout_ms);
	}
	if (fd < 0) {
		char text[ADDRESS_TEXT_SIZE];

		complain_errno(address_format(server, text), errno);
	}
	return fd;
}
