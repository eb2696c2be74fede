/* The line that says good-bye: see quit_line.h. */
#include "client/quit_line.h"

size_t quit_line_filter(struct quit_line *line, const char *input, size_t size,
			char *output)
{
	size_t used = 0;

	for (size_t i = 0; i < size && !line->found; i++) {
		char byte = input[i];

		if (line->held != 0) {
			if (byte == '\n') {
				line->found = true;
				continue;
			}
			output[used++] = line->held;
			line->held = 0;
			line->inside_line = true;
		}
		if (byte == '\0' && !line->typed)
			line->binary = true;
		if (!line->binary && !line->inside_line &&
		    (byte == 'q' || byte == 'Q')) {
			line->held = byte;
			continue;
		}
		output[used++] = byte;
		line->inside_line = byte != '\n';
	}
	return used;
}
