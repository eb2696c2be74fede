/* TCP in words: addresses and states. */
#ifndef REAP_WORDS_TCP_WORDING_H
#define REAP_WORDS_TCP_WORDING_H

#include <stdint.h>

#include "reaptop/read/tcp_table.h"

/* Room for "[" IPv6 "]:65535". */
enum { TCP_ENDPOINT_SIZE = 56 };

/* "127.0.0.1:9190", "[::1]:9190", "*:9190" for every address. */
const char *tcp_wording_endpoint(const struct tcp_endpoint *endpoint,
				 char text[TCP_ENDPOINT_SIZE]);

/* "ESTABLISHED", "FIN_WAIT2" ...: as in RFC 9293 and netstat(8), at most 11
 * characters; "?" if unknown. */
const char *tcp_wording_state(uint8_t state);

#endif
