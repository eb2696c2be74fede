/* A line of /proc/net/tcp, and the address where its socket is reached. */
#include "reaptop/read/listeners.h"
#include "reaptop/read/tcp_table.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcp_socket socket;
	char *line = fuzz_text(data, size);

	if (tcp_proc_parse(line, size, &socket) == 0) {
		char text[LISTENER_ADDRESS_SIZE];
		listener_reach(&socket, text);
		CHECK(memchr(text, '\0', sizeof(text)) != NULL);
	}
	free(line);
	return 0;
}
