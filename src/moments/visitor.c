/* One client: see visitor.h. On a busy machine the kernel passes packets on a little
 * later than the call that sent them: that is waited for, and nothing else. */
#include "moments/visitor.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { CONNECT_MS = 1000 }; /* a full queue lets the client try again then */

int visitor_connect(struct visitor *visitor, const struct sockaddr *server,
		    socklen_t size)
{
	visitor->got = 0;
	visitor->bytes = 2166136261u;
	visitor->fin = false;
	visitor->fd = socket(server->sa_family,
			     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (visitor->fd < 0)
		return -1;
	if (connect(visitor->fd, server, size) < 0 && errno != EINPROGRESS) {
		visitor_leave(visitor);
		return -1;
	}
	struct pollfd connected = {.fd = visitor->fd, .events = POLLOUT};
	(void)poll(&connected, 1, CONNECT_MS); /* an error shows in the reply */
	return 0;
}

void visitor_send(struct visitor *visitor, int number)
{
	char line[64];
	int size =
		snprintf(line, sizeof(line), "client %d says hello\n", number);

	if (size > 0)
		(void)send(visitor->fd, line, (size_t)size, MSG_NOSIGNAL);
	(void)shutdown(visitor->fd, SHUT_WR);
}

void visitor_await(const struct visitor *visitor, int ms)
{
	struct pollfd reply = {.fd = visitor->fd, .events = POLLIN};

	(void)poll(&reply, 1, ms); /* the caller looks */
}

bool visitor_served(struct visitor *visitor)
{
	unsigned char bytes[512];
	ssize_t got;

	if (visitor->fd < 0)
		return false;
	while ((got = recv(visitor->fd, bytes, sizeof(bytes), 0)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			visitor->bytes = (visitor->bytes ^ bytes[i]) * 16777619;
		visitor->got += (size_t)got;
	}
	if (got == 0 || (errno != EAGAIN && errno != EINTR))
		visitor->fin = true;
	return visitor->wants > 0 ? visitor->got >= visitor->wants
				  : visitor->got > 0;
}

void visitor_leave(struct visitor *visitor)
{
	if (visitor->fd >= 0)
		(void)close(visitor->fd); /* all was read */
	visitor->fd = -1;
}
