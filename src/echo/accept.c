/* One accept(2), and what its failure means, or that of the wait before it: that says
 * something about one client or about this moment, hardly ever about the server. Read
 * next: server.c. */
#include "echo/variant.h"

#include "echo/complain.h"
#include "echo/event.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

/* Between two tries while descriptors are short: long enough not to spin. */
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

int server_may_try_again(struct server *server, const char *call)
{
	enum verdict verdict = judge(errno);
	char what[64] = "cannot ";

	if (verdict != AGAIN)
		event_error(call, errno);
	if (verdict == BROKEN) {
		server->failed = call;
		return -1;
	}
	if (verdict == STARVED) {
		strcat(strcat(what, call), ", trying again");
		if (!server->starved)
			complain_errno(what, errno);
		server->starved = true;
		/* A signal that cuts this short only means an earlier try. */
		(void)nanosleep(&pause_time, NULL);
	}
	return 0;
}

int server_accept(struct server *server, struct client *client)
{
	socklen_t size = sizeof(client->peer);

	client->conn = accept(server->listener, &client->peer.any, &size);
	if (client->conn >= 0) {
		server->starved = false;
		return 0;
	}
	if (server_may_try_again(server, "accept") == 0)
		errno = EAGAIN;
	return -1;
}

int server_accept_nonblocking(struct server *server)
{
	return fcntl(server->listener, F_SETFL, O_NONBLOCK);
}
