/* /proc/PID/limits. */
#include "reaptop/read/process_detail.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct limits limits;
	char *text = fuzz_text(data, size);

	limits_parse(text, size, &limits);
	CHECK(limits.count <= LIMITS_MAX);
	for (size_t i = 0; i < limits.count; i++) {
		const struct limit *limit = &limits.entries[i];
		CHECK(memchr(limit->name, '\0', sizeof(limit->name)) != NULL);
		CHECK(memchr(limit->units, '\0', sizeof(limit->units)) != NULL);
	}
	free(text);
	return 0;
}
