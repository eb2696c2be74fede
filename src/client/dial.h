/* Connecting to a host, trying its addresses one by one. */
#ifndef REAP_CLIENT_DIAL_H
#define REAP_CLIENT_DIAL_H

#include "echo/address.h"

/* Looks the host up and connects, waiting at most timeout_ms for each of its
 * addresses. Returns a non-blocking, connected socket, which the caller closes,
 * and stores where it leads; or -1 after one line on stderr. */
int dial(const char *host, in_port_t port, int timeout_ms,
	 union address *server);

#endif
