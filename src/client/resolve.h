/* From a host, by name or address, to socket addresses. */
#ifndef REAP_CLIENT_RESOLVE_H
#define REAP_CLIENT_RESOLVE_H

#include "echo/address.h"

/* More addresses of one host than that are not tried. */
enum { RESOLVE_MAX = 16 };

/* Looks the host up and stores its TCP addresses with that port (host order),
 * in the order to try them. Returns their number, at least 1, or -1 after one
 * line on stderr. */
int resolve(const char *host, in_port_t port,
	    union address addresses[RESOLVE_MAX]);

#endif
