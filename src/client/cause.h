/* Why a burst session failed. */
#ifndef REAP_CLIENT_CAUSE_H
#define REAP_CLIENT_CAUSE_H

#include <stdbool.h>

enum cause {
	CAUSE_REFUSED,         /* no process listens on the port */
	CAUSE_UNREACHABLE,     /* no route, no such family, a firewall... */
	CAUSE_NO_LOCAL_PORT,   /* all local ports are in use */
	CAUSE_NO_DESCRIPTOR,   /* EMFILE, ENFILE */
	CAUSE_NO_MEMORY,       /* the kernel has no memory for sockets */
	CAUSE_CONNECT_TIMEOUT, /* no answer to the connect */
	CAUSE_ECHO_TIMEOUT,    /* the echo is incomplete */
	CAUSE_FIN_TIMEOUT,     /* all bytes came back, but no FIN */
	CAUSE_EARLY_FIN,       /* the server closed before the client */
	CAUSE_RESET,           /* the server reset the connection */
	CAUSE_WRONG_BYTES,     /* other bytes came back than were sent */
	CAUSE_EXTRA_BYTES,     /* more bytes came back than were sent */
	CAUSE_OTHER_ERROR,     /* a system call failed otherwise */
	CAUSE_COUNT,
};

/* Returns the cause as a key for programs, such as "early_fin". */
const char *cause_key(enum cause cause);

/* Returns the cause in words that can follow a count of sessions, such as "closed
 * early by the server". */
const char *cause_text(enum cause cause);

/* Returns the cause for the errno of a session's system call. */
enum cause cause_of_errno(int error, bool connecting);

/* Returns whether later sessions would fail in the same way, since something is wrong
 * with the address or with this machine. A burst stops then. */
bool cause_is_lasting(enum cause cause);

/* Returns whether the session failed because the server was silent. */
bool cause_is_timeout(enum cause cause);

#endif
