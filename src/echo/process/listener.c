/* The listening socket. */
#include "echo/process/listener.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <unistd.h>

static int set(int fd, int level, int option)
{
	const int on = 1;

	return setsockopt(fd, level, option, &on, sizeof(on));
}

int listener_open(union address *address, int backlog)
{
	int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(*address);

	if (fd < 0)
		return -1;
	/* SO_REUSEADDR: connections in TIME_WAIT must not keep a server that
	 * is started again off its port. TCP_NODELAY is inherited by the
	 * connected sockets (tcp(7)): an echo is sent when it is written. */
	if (set(fd, SOL_SOCKET, SO_REUSEADDR) < 0 ||
	    set(fd, IPPROTO_TCP, TCP_NODELAY) < 0 ||
	    bind(fd, &address->any, address_size(address)) < 0 ||
	    listen(fd, backlog) < 0 ||
	    getsockname(fd, &address->any, &size) < 0) {
		int error = errno;

		(void)close(fd); /* it carried nothing yet */
		errno = error;
		return -1;
	}
	return fd;
}
