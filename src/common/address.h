/* Addresses and ports: parses them from a command line, and formats them. */
#ifndef REAP_COMMON_ADDRESS_H
#define REAP_COMMON_ADDRESS_H

#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

/* "[" + INET6_ADDRSTRLEN with its NUL + "]:65535", rounded up. */
enum { ADDRESS_TEXT_SIZE = 64 };

/* An IPv4 or IPv6 socket address, in network byte order as the kernel's. */
union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage storage;
};

/* Parses a whole decimal number, digits only. Returns 0 and stores it; or -1 if it is not
 * a number or not within [min, max]. */
int number_parse(const char *text, long min, long max, long *number);

/* Parses a numeric IPv4 or IPv6 address, and joins it with the port (host order). Does
 * not look up names. Returns 0, or -1 if the text is not an address. */
int address_parse(const char *text, in_port_t port, union address *address);

/* Returns the size that bind(2) and connect(2) expect for this address's family. */
socklen_t address_size(const union address *address);

/* Returns the port in host order. */
in_port_t address_port(const union address *address);

/* Writes "127.0.0.1:9190" or "[::1]:9190" into text, and returns text. Writes "?" for
 * an address of another family. */
const char *address_format(const union address *address,
			   char text[ADDRESS_TEXT_SIZE]);

/* Does the same without port and brackets: "127.0.0.1", "::1". */
const char *address_format_host(const union address *address,
				char text[ADDRESS_TEXT_SIZE]);

#endif
