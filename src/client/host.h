/* From a host, by name or address, to its socket addresses and to a connection. */
#ifndef REAP_CLIENT_HOST_H
#define REAP_CLIENT_HOST_H

#include "echo/address.h"

/* More addresses of one host than that are not tried. */
enum { HOST_ADDRESSES_MAX = 16 };

/* Looks the host up and stores its TCP addresses with that port (host order),
 * in the order to try them. Returns their number, at least 1, or -1 after one
 * line on stderr. */
int host_resolve(const char *host, in_port_t port,
		 union address addresses[HOST_ADDRESSES_MAX]);

/* Looks the host up and connects, waiting at most timeout_ms for each of its
 * addresses. Returns a non-blocking, connected socket, which the caller closes,
 * and stores where it leads; or -1 after one line on stderr. */
int host_connect(const char *host, in_port_t port, int timeout_ms,
		 union address *server);

#endif
