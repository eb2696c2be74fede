/* A line of /proc/net/tcp, in both of its readings. */
#include "reaptop/read/listeners.h"
#include "reaptop/read/tcp_proc.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct listener listener;
	struct tcp_socket socket;
	char *line = fuzz_text(data, size);

	if (listener_parse(line, size, &listener) == 1) {
		char text[LISTENER_ADDRESS_SIZE];
		listener_reach(&listener, text);
		CHECK(memchr(text, '\0', sizeof text) != NULL);
	}
	(void)tcp_proc_parse(line, size, &socket);
	free(line);
	return 0;
}
