/* Why a burst session failed. */
#ifndef REAP_CLIENT_CAUSE_H
#define REAP_CLIENT_CAUSE_H

#include <stdbool.h>

enum cause {
	CAUSE_REFUSED,         /* nobody listens there */
	CAUSE_UNREACHABLE,     /* no route, no such family, a firewall... */
	CAUSE_NO_LOCAL_PORT,   /* every port to connect from is taken */
	CAUSE_NO_DESCRIPTOR,   /* EMFILE, ENFILE */
	CAUSE_NO_MEMORY,       /* the kernel has none for sockets */
	CAUSE_CONNECT_TIMEOUT, /* no answer to the connect */
	CAUSE_ECHO_TIMEOUT,    /* the echo stopped coming */
	CAUSE_FIN_TIMEOUT,     /* all came back, but no FIN after ours */
	CAUSE_EARLY_FIN,       /* the server closed before we did */
	CAUSE_RESET,           /* the server's side was torn down */
	CAUSE_WRONG_BYTES,     /* what came back is not what was sent */
	CAUSE_EXTRA_BYTES,     /* more came back than was sent */
	CAUSE_OTHER_ERROR,     /* another error of a system call */
	CAUSE_COUNT,
};

/* The cause as a key for programs: "early_fin". */
const char *cause_key(enum cause cause);

/* The cause in words, to stand after a count: "closed early by the server". */
const char *cause_text(enum cause cause);

/* The cause behind the errno of a session's system call. */
enum cause cause_of_errno(int error, bool connecting);

/* True if the sessions to come would fail in the same way, so that a burst may
 * as well stop: something is wrong with the address or with this machine. */
bool cause_is_lasting(enum cause cause);

/* True if the session was given up, or ended by the kernel, for silence. */
bool cause_is_timeout(enum cause cause);

#endif
