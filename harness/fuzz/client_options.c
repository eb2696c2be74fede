/* The client's command line. */
#include "client/options.h"

#include "command_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct command_line line;
	struct options options;

	command_line_cut(&line, data, size);
	switch (options_parse(&options, line.argc, line.argv)) {
	case OPTIONS_RUN:
		CHECK(complaints == 0);
		CHECK(options.host[0] != '\0' && options.port > 0);
		break;
	case OPTIONS_DONE:
		CHECK(complaints == 0);
		break;
	default:
		CHECK(complaints == 1);
	}
	free(line.text);
	return 0;
}
