/* Looking up a host, and connecting to it: see host.h. */
#include "client/host.h"

#include "common/complain.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void complain_of_lookup(const char *host, int result, int error)
{
	char what[300];

	snprintf(what, sizeof(what), "host '%.253s'", host);
	complain(what,
		 result == EAI_SYSTEM ? strerror(error) : gai_strerror(result));
}

int host_resolve(const char *host, in_port_t port,
		 union address addresses[HOST_ADDRESSES_MAX])
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	struct addrinfo *found = NULL;
	char service[8];
	int count = 0;

	snprintf(service, sizeof(service), "%u", (unsigned)port);

	int result = getaddrinfo(host, service, &hints, &found);

	if (result != 0) {
		complain_of_lookup(host, result, errno);
		return -1;
	}
	for (struct addrinfo *each = found; each != NULL;
	     each = each->ai_next) {
		if (count == HOST_ADDRESSES_MAX)
			break;
		if (each->ai_family != AF_INET && each->ai_family != AF_INET6)
			continue;
		memset(&addresses[count], 0, sizeof(addresses[count]));
		memcpy(&addresses[count], each->ai_addr, each->ai_addrlen);
		count++;
	}
	freeaddrinfo(found);
	if (count == 0) {
		complain_of_lookup(host, EAI_NONAME, 0);
		return -1;
	}
	return count;
}

/* Waits until the connect has ended. Returns 0, or the errno of its failure. */
static int wait_for_connect(int fd, int timeout_ms)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	int error = 0;
	socklen_t size = sizeof(error);
	int ready;

	do {
		/* After a signal the full timeout starts again, which is good
		 * enough: it only prevents that poll waits for ever. */
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
	(void)close(fd); /* nothing can be lost: nothing was sent */
	errno = error;
	return -1;
}

int host_connect(const char *host, in_port_t port, int timeout_ms,
		 union address *server)
{
	union address addresses[HOST_ADDRESSES_MAX];
	int count = host_resolve(host, port, addresses);
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
