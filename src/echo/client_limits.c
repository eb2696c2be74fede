/* What clients may cost: see client_limits.h. */
#include "echo/client_limits.h"

#include "echo/children.h"
#include "echo/event.h"
#include "echo/trouble.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int client_limits_check(const struct client_limits *limits)
{
	return limits->children > 0 && children_count(NULL) < 0 ? -1 : 0;
}

/* Counts with no handler in between that would reap. */
static int count_at_rest(void)
{
	sigset_t all, before;
	int count, error;

	sigfillset(&all);
	if (sigprocmask(SIG_BLOCK, &all, &before) < 0)
		return -1;
	count = children_count(NULL);
	error = errno;
	/* Cannot fail with these arguments. */
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return count;
}

/* Whether one more child may be. Counting takes time for each child, so it is
 * done only when that many were forked that the limit may have been reached.
 * Returns 0, or -1 with errno set: EAGAIN as fork(2) has it at a limit. */
static int take_room(struct client_limits *limits)
{
	int count;

	if (limits->children == 0)
		return 0;
	if (limits->room == 0) {
		count = count_at_rest();
		if (count < 0)
			return -1; /* not known to be below the limit */
		if (count < limits->children)
			limits->room = limits->children - count;
	}
	if (limits->room == 0) {
		errno = EAGAIN;
		return -1;
	}
	limits->room--;
	return 0;
}

/* read(2) and write(2) give up after that long, see SO_RCVTIMEO in socket(7). */
static int limit_idleness(int conn, int seconds)
{
	const struct timeval limit = {.tv_sec = seconds};

	if (seconds == 0)
		return 0;
	if (setsockopt(conn, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) <
	    0)
		return -1;
	return setsockopt(conn, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

/* Refuses the client: the call failed, and what that means is said. */
static void refuse(int conn, const char *call, const char *what)
{
	int error = errno;

	event_error(call, error);
	trouble(what, SHORTAGE_ANY_CALL, error);
	/* Its FIN goes first: close alone would answer what the client may have
	 * sent with a RST. It may be gone, and so may the socket. */
	(void)shutdown(conn, SHUT_WR);
	(void)close(conn);
}

bool client_limits_admit(struct client_limits *limits, int conn)
{
	if (limit_idleness(conn, limits->idle) < 0) {
		refuse(conn, "setsockopt",
		       "client refused, cannot set its idle limit");
		return false;
	}
	if (take_room(limits) < 0) {
		refuse(conn, "max-children",
		       errno == EAGAIN
			       ? "client refused, --max-children reached"
			       : "client refused, cannot count children");
		return false;
	}
	return true;
}
