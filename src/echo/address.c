/* Addresses and ports: read from a command line, shown to a person. */
#include "echo/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int number_parse(const char *text, long min, long max, long *number)
{
	long value = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return -1;
		/* Past max is past help, and long before an overflow. */
		if (value > max / 10)
			return -1;
		value = value * 10 + (*text - '0');
	}
	if (value < min || value > max)
		return -1;
	*number = value;
	return 0;
}

int address_parse(const char *text, in_port_t port, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons(port);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
		address->v6.sin6_family = AF_INET6;
		address->v6.sin6_port = htons(port);
		return 0;
	}
	return -1;
}

socklen_t address_size(const union address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof(address->v6)
						  : sizeof(address->v4);
}

in_port_t address_port(const union address *address)
{
	return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port
							: address->v4.sin_port);
}

const char *address_format_host(const union address *address,
				char text[ADDRESS_TEXT_SIZE])
{
	const void *host = address->any.sa_family == AF_INET6
				   ? (const void *)&address->v6.sin6_addr
				   : (const void *)&address->v4.sin_addr;

	if (!inet_ntop(address->any.sa_family, host, text, ADDRESS_TEXT_SIZE))
		return strcpy(text, "?");
	return text;
}

const char *address_format(const union address *address,
			   char text[ADDRESS_TEXT_SIZE])
{
	char host[ADDRESS_TEXT_SIZE];
	bool bracket = address->any.sa_family == AF_INET6;

	address_format_host(address, host);
	/* INET6_ADDRSTRLEN and a port fit with room to spare. */
	(void)snprintf(text, ADDRESS_TEXT_SIZE, "%s%.64s%s:%u",
		       bracket ? "[" : "", host, bracket ? "]" : "",
		       (unsigned)address_port(address));
	return text;
}
