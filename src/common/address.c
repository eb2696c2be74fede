/* Addresses and ports: see address.h. */
#include "common/address.h"

#include "common/decimal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

int number_parse(const char *text, long min, long max, long *number)
{
	long value = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return -1;
		/* The number is above max. Also prevents an overflow. */
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

/* Appends text at end. Returns the new end, as stpcpy(3) does. */
static char *append_part(char *end, unsigned part)
{
	char digits[DECIMAL_SIZE];

	return stpcpy(end, decimal_format(part, digits));
}

/* Not inet_ntop(3), which uses stdio: a server formats an address for each client, and
 * stdio writes to more pages of the stack than the rest of its work (lean/lean.h). */
static const char *format_v4(const struct in_addr *host, char *text)
{
	const unsigned char *parts = (const unsigned char *)&host->s_addr;
	char *end = append_part(text, parts[0]);

	for (size_t i = 1; i < sizeof(host->s_addr); i++) {
		*end++ = '.';
		end = append_part(end, parts[i]);
	}
	return text;
}

const char *address_format_host(const union address *address,
				char text[ADDRESS_TEXT_SIZE])
{
	switch (address->any.sa_family) {
	case AF_INET:
		return format_v4(&address->v4.sin_addr, text);
	case AF_INET6:
		if (inet_ntop(AF_INET6, &address->v6.sin6_addr, text,
			      ADDRESS_TEXT_SIZE))
			return text;
	}
	return strcpy(text, "?");
}

const char *address_format(const union address *address,
			   char text[ADDRESS_TEXT_SIZE])
{
	bool bracket = address->any.sa_family == AF_INET6;
	char host[ADDRESS_TEXT_SIZE];
	char *end = text;

	if (bracket)
		*end++ = '[';
	end = stpcpy(end, address_format_host(address, host));
	if (bracket)
		*end++ = ']';
	*end++ = ':';
	(void)append_part(end, address_port(address));
	return text;
}
