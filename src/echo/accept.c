/* Accepts one client, and decides what a failure means. Most failures are about one
 * client or about this moment, and the server goes on. Read next: session.c. */
#include "echo/variant.h"

#include "echo/log/event.h"
#include "echo/process/trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>

/* The pause between two tries while a resource is short, so that the server does not
 * spin. */
static const struct timespec pause_time = {.tv_nsec = 50000000L};

enum verdict { AGAIN, STARVED, BROKEN };

static enum verdict judge(int error)
{
	switch (error) {
	case EINTR:
	case ECONNABORTED:
	/* accept(2): "pending network errors on the new socket", to be handled
	 * like EAGAIN. */
	case EAGAIN:
	case ENETDOWN:
	case EPROTO:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EHOSTUNREACH:
	case EOPNOTSUPP:
	case ENETUNREACH:
	case ETIMEDOUT:
	/* accept(2): "various Linux kernels" return these. */
	case ENOSR:
	case ESOCKTNOSUPPORT:
	case EPROTONOSUPPORT:
	/* accept(2): "Firewall rules forbid connection". */
	case EPERM:
		return AGAIN;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return STARVED;
	default:
		return BROKEN;
	}
}

/* Reports that a resource is short, and pauses. */
static void starve(const char *call, int error)
{
	char what[64];

	(void)snprintf(what, sizeof(what), "cannot %s, trying again", call);
	trouble(what, SHORTAGE_ANY_CALL, error);
	/* Ignore EINTR: a signal only makes the next try earlier. */
	(void)nanosleep(&pause_time, NULL);
}

int server_wait_failed(struct server *server, const char *call)
{
	int error = errno;
	enum verdict verdict = judge(error);

	if (verdict != AGAIN)
		event_error(call, error);
	if (verdict == STARVED)
		starve(call, error);
	if (verdict != BROKEN)
		return 0;
	server->failed = call;
	errno = error;
	return -1;
}

int server_accept(struct server *server, struct client *client)
{
	socklen_t size = sizeof(client->peer);

	client->conn = accept(server->listener, &client->peer.any, &size);
	if (client->conn >= 0)
		return 0;
	if (server_wait_failed(server, "accept") == 0)
		errno = EAGAIN;
	return -1;
}

int server_accept_nonblocking(struct server *server)
{
	return fcntl(server->listener, F_SETFL, O_NONBLOCK);
}
