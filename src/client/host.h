/* Looking up a host, and connecting to it. */
#ifndef REAP_CLIENT_HOST_H
#define REAP_CLIENT_HOST_H

#include "common/address.h"

/* The most addresses of a host that are tried. */
enum { HOST_ADDRESSES_MAX = 16 };

/* Looks up the host, a name or an address. Stores its TCP addresses with that port
 * (in host byte order), in the order in which to try them. Returns their number, at
 * least 1; or -1 after one line on stderr. */
int host_resolve(const char *host, in_port_t port,
		 union address addresses[HOST_ADDRESSES_MAX]);

/* Looks up the host and connects to the first of its addresses that accepts. Waits at
 * most timeout_ms for each address. Returns a connected, non-blocking socket, which
 * the caller closes, and stores its address in *server; or returns -1 after one line
 * on stderr. */
int host_connect(const char *host, in_port_t port, int timeout_ms,
		 union address *server);

#endif
