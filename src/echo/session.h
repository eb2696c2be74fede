/* One echo session: the child's work. */
#ifndef REAP_ECHO_SESSION_H
#define REAP_ECHO_SESSION_H

#include <stdint.h>

/* Sends back what arrives on the connected socket, byte for byte, until the client's
 * FIN. Adds the number of echoed bytes to *bytes. Returns 0 at the FIN. Returns -1 with
 * errno set, and stores the name of the failed call in *call: ETIMEDOUT if the client
 * sent nothing, or read nothing, for too long. Does not close conn. */
int session_echo(int conn, uint64_t *bytes, const char **call);

#endif
