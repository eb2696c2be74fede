/* Why sessions fail: see cause.h. */
#include "client/cause.h"

#include <errno.h>

static const struct {
	const char *key;
	const char *text;
} names[CAUSE_COUNT] = {
	[CAUSE_REFUSED] = {"refused", "refused, nobody listens"},
	[CAUSE_UNREACHABLE] = {"unreachable", "unreachable"},
	[CAUSE_NO_LOCAL_PORT] = {"no_local_port", "without a free local port"},
	[CAUSE_NO_DESCRIPTOR] = {"no_descriptor",
				 "without a free file descriptor"},
	[CAUSE_NO_MEMORY] = {"no_memory", "without memory for the socket"},
	[CAUSE_CONNECT_TIMEOUT] = {"connect_timeout",
				   "timed out, connect unanswered"},
	[CAUSE_ECHO_TIMEOUT] = {"echo_timeout", "timed out, echo incomplete"},
	[CAUSE_FIN_TIMEOUT] = {"fin_timeout",
			       "timed out, no FIN from the server after ours"},
	[CAUSE_EARLY_FIN] = {"early_fin", "closed early by the server"},
	[CAUSE_RESET] = {"reset", "reset by the server"},
	[CAUSE_WRONG_BYTES] = {"wrong_bytes", "wrong bytes"},
	[CAUSE_EXTRA_BYTES] = {"extra_bytes", "more bytes than were sent"},
	[CAUSE_OTHER_ERROR] = {"other_error", "other errors"},
};

const char *cause_key(enum cause cause)
{
	return names[cause].key;
}

const char *cause_text(enum cause cause)
{
	return names[cause].text;
}

enum cause cause_of_errno(int error, bool connecting)
{
	switch (error) {
	case ECONNREFUSED:
		return CAUSE_REFUSED;
	case EADDRNOTAVAIL:
		return CAUSE_NO_LOCAL_PORT;
	case EMFILE:
	case ENFILE:
		return CAUSE_NO_DESCRIPTOR;
	case ENOBUFS:
	case ENOMEM:
		return CAUSE_NO_MEMORY;
	case ETIMEDOUT:
		return connecting ? CAUSE_CONNECT_TIMEOUT : CAUSE_ECHO_TIMEOUT;
	case ECONNRESET:
	case EPIPE:
		return CAUSE_RESET;
	default:
		return connecting ? CAUSE_UNREACHABLE : CAUSE_OTHER_ERROR;
	}
}

bool cause_is_lasting(enum cause cause)
{
	return cause <= CAUSE_NO_MEMORY;
}

bool cause_is_timeout(enum cause cause)
{
	return cause == CAUSE_CONNECT_TIMEOUT || cause == CAUSE_ECHO_TIMEOUT ||
	       cause == CAUSE_FIN_TIMEOUT;
}
