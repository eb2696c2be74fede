/* TCP in words. */
#include "reaptop/words/tcp_wording.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

const char *tcp_wording_endpoint(const struct tcp_endpoint *endpoint,
				 char text[TCP_ENDPOINT_SIZE])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool four = memcmp(endpoint->address, mapped, sizeof mapped) == 0;
	char address[INET6_ADDRSTRLEN];
	if (tcp_endpoint_is_any(endpoint))
		snprintf(text, TCP_ENDPOINT_SIZE, "*:%u", endpoint->port);
	/* Fails only for a family or a size that is wrong. */
	else if (inet_ntop(four ? AF_INET : AF_INET6,
			   endpoint->address + (four ? sizeof mapped : 0),
			   address, sizeof address) == NULL)
		snprintf(text, TCP_ENDPOINT_SIZE, "?:%u", endpoint->port);
	else
		snprintf(text, TCP_ENDPOINT_SIZE, four ? "%s:%u" : "[%s]:%u",
			 address, endpoint->port);
	return text;
}

const char *tcp_wording_state(uint8_t state)
{
	static const char *const words[] = {
		[TCP_ESTABLISHED] = "ESTABLISHED",
		[TCP_SYN_SENT] = "SYN_SENT",
		[TCP_SYN_RECV] = "SYN_RECV",
		[TCP_FIN_WAIT1] = "FIN_WAIT1",
		[TCP_FIN_WAIT2] = "FIN_WAIT2",
		[TCP_TIME_WAIT] = "TIME_WAIT",
		[TCP_CLOSE] = "CLOSED",
		[TCP_CLOSE_WAIT] = "CLOSE_WAIT",
		[TCP_LAST_ACK] = "LAST_ACK",
		[TCP_LISTEN] = "LISTEN",
		[TCP_CLOSING] = "CLOSING",
	};
	if (state >= sizeof words / sizeof *words || words[state] == NULL)
		return "?";
	return words[state];
}
