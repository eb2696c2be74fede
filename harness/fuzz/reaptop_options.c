/* The viewer's command line. */
#include "reaptop/options.h"

#include "command_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct command_line line;
	struct options options;

	command_line_cut(&line, data, size);
	switch (options_parse(&options, line.argc, line.argv)) {
	case OPTIONS_RUN:
		CHECK(complaints == 0);
		CHECK(options.delay > 0);
		CHECK(options.number_count <= OPTIONS_TARGETS_MAX);
		CHECK(options.trace_count <= OPTIONS_TARGETS_MAX);
		CHECK(options.scene_count <= OPTIONS_SCENES_MAX);
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
