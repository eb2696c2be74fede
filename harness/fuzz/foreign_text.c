/* Text that others chose, on its way to a terminal and into JSON: nothing that
 * either could take for a command gets through. */
#include "reaptop/output/output.h"
#include "reaptop/words/line.h"

#include <locale.h>

#include "fuzz.h"

static void check_line(const char *text, size_t width)
{
	struct line line;

	line_start(&line, width);
	line_add_foreign(&line, STYLE_PLAIN, text);
	CHECK(line.columns <= width && line.size < sizeof(line.text));
	for (size_t i = 0; i < line.size; i++)
		CHECK((unsigned char)line.text[i] >= ' ' &&
		      line.text[i] != 127);
}

static void check_json(const char *text)
{
	struct output output = {0};

	json_string(&output, text);
	CHECK(output.size >= 2 && output.data[0] == '"');
	CHECK(output.data[output.size - 1] == '"');
	for (size_t i = 0; i < output.size; i++)
		CHECK((unsigned char)output.data[i] >= ' ' &&
		      (unsigned char)output.data[i] < 127);
	output_free(&output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const locales[] = {"C.UTF-8", "C"};
	char *text = fuzz_text(data, size);

	for (size_t i = 0; i < sizeof(locales) / sizeof(*locales); i++) {
		CHECK(setlocale(LC_CTYPE, locales[i]) != NULL);
		check_line(text, size > 0 ? data[0] : 80);
	}
	check_json(text);
	free(text);
	return 0;
}
