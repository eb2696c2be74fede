/* Addresses and ports: read from a command line, shown to a person. */
#ifndef REAP_ECHO_ADDRESS_H
#define REAP_ECHO_ADDRESS_H

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

/* Reads a whole number in decimal, digits only, within [min, max]. Returns 0
 * and stores it, or -1: not a number, or out of range. */
int number_parse(const char *text, long min, long max, long *number);

/* Reads a numeric IPv4 or IPv6 address (no names are looked up) and joins it
 * with the port (host order). Returns 0, or -1 if it is not an address. */
int address_parse(const char *text, in_port_t port, union address *address);

/* The size that bind(2) and connect(2) want for this address's family. */
socklen_t address_size(const union address *address);

/* The port, in host order. */
in_port_t address_port(const union address *address);

/* Writes "127.0.0.1:9190" or "[::1]:9190" into text, which is returned.
 * An address of another family reads "?". */
const char *address_format(const union address *address,
			   char text[ADDRESS_TEXT_SIZE]);

/* The same without the port and brackets: "127.0.0.1", "::1". */
const char *address_format_host(const union address *address,
				char text[ADDRESS_TEXT_SIZE]);

#endif
