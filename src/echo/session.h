/* One echo session: all that a child is for. */
#ifndef REAP_ECHO_SESSION_H
#define REAP_ECHO_SESSION_H

#include <stdint.h>

/* Sends back what arrives on the connected socket, byte for byte, until the
 * client's FIN. Adds what was echoed to *bytes. Returns 0 at the FIN, or -1
 * with errno set and *call naming the call that failed: ETIMEDOUT if the client
 * was silent, or read nothing, for too long. Does not close conn. */
int session_echo(int conn, uint64_t *bytes, const char **call);

#endif
