/* Limits on what clients cost: see client_limits.h. */
#include "echo/process/client_limits.h"

#include "echo/log/event.h"
#include "echo/process/children.h"
#include "echo/process/trouble.h"

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

/* Counts the children while no handler can reap. */
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

/* Takes room for one more child. Counting takes time for each child, so they are counted
 * only after so many forks that the limit may have been reached. Returns 0, or -1 with
 * errno set: EAGAIN at the limit, as fork(2) has it. */
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

/* Makes read(2) and write(2) fail after that time: SO_RCVTIMEO in socket(7). */
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

/* Refuses the client, and reports the failed call. */
static void refuse(int conn, const char *call, const char *what)
{
	int error = errno;

	event_error(call, error);
	trouble(what, SHORTAGE_ANY_CALL, error);
	/* Sends a FIN first: close alone would send a RST if the client's bytes
	 * were not read. Ignore errors: the client may have left. */
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
