/* Looking a host up: see resolve.h. */
#include "client/resolve.h"

#include "echo/complain.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

static void complain_of_lookup(const char *host, int result, int error)
{
	char what[300];

	(void)snprintf(what, sizeof(what), "host '%.253s'", host);
	complain(what,
		 result == EAI_SYSTEM ? strerror(error) : gai_strerror(result));
}

int resolve(const char *host, in_port_t port,
	    union address addresses[RESOLVE_MAX])
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	struct addrinfo *found = NULL;
	char service[8];
	int count = 0;

	(void)snprintf(service, sizeof(service), "%u", (unsigned)port);

	int result = getaddrinfo(host, service, &hints, &found);

	if (result != 0) {
		complain_of_lookup(host, result, errno);
		return -1;
	}
	for (struct addrinfo *each = found; each != NULL;
	     each = each->ai_next) {
		if (count == RESOLVE_MAX)
			break;
		if (each->ai_family != AF_INET && each->ai_family != AF_INET6)
			continue;
		memset(&addresses[count], 0, sizeof(addresses[count]));
		memcpy(&addresses[count], each->ai_addr, each->ai_addrlen);
		count++;
	}
	freeaddrinfo(found);
	if (count == 0) {
		complain_of_lookup(host, EAI_NONAME, 0);
		return -1;
	}
	return count;
}
