/* One accept(2), and what it means when that or the wait for it fails: something
 * about one client or about this moment, hardly ever about the server. Read next:
 * server.c. */
#include "echo/variant.h"

#include "echo/event.h"
#include "echo/trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>

/* Between two tries while something is short: long enough not to spin. */
static const struct timespec pause_time = {.tv_nsec = 50000000L};

enum verdict { AGAIN, STARVED, BROKEN };

static enum verdict judge(int error)
{
	switch (error) {
	case EINTR:
	case ECONNABORTED:
	/* accept(2): "pending network errors on the new socket", to be treated
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
	/* accept(2): what "various Linux kernels" return besides. */
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

/* Says so and pauses. */
static void starve(const char *call, int error)
{
	char what[64];

	(void)snprintf(what, sizeof(what), "cannot %s, trying again", call);
	trouble(what, SHORTAGE_ANY_CALL, error);
	/* A signal that cuts this short only means an earlier try. */
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
