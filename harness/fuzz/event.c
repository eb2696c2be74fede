/* One line of an event log. */
#include "reaptop/read/event.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event event;
	char *line = fuzz_text(data, size);

	if (event_parse(line, size, &event) == 0) {
		CHECK(event.pid > 0 && event.t_ns >= 0);
		CHECK(event.kind <= EVENT_STOP);
	}
	free(line);
	return 0;
}
