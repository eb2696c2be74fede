/* The listening socket. */
#ifndef REAP_ECHO_PROCESS_LISTENER_H
#define REAP_ECHO_PROCESS_LISTENER_H

#include "common/address.h"

/* Binds to *address with SO_REUSEADDR and listens. Returns the socket, owned by
 * the caller, and stores the address it got (a port 0 becomes the one the
 * kernel picked); or returns -1 with errno set. */
int listener_open(union address *address, int backlog);

#endif
