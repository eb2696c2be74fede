/* A server's command line. */
#include "echo/process/options.h"

#include "command_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct variant variant = {.name = "x", .summary = "y"};
	struct command_line line;
	struct options options;

	command_line_cut(&line, data, size);
	switch (options_parse(&options, &variant, line.argc, line.argv)) {
	case OPTIONS_RUN:
		CHECK(complaints == 0);
		CHECK(options.backlog >= 1);
		CHECK(options.limits.children >= 0 && options.limits.idle >= 0);
		CHECK(address_size(&options.address) > 0);
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
