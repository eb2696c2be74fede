/* /proc/PID/stat, with any name and any number of fields. */
#include "reaptop/read/process_stat.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct process_stat stat;

	/* No NUL stands behind the bytes: the parser is promised none. */
	if (process_stat_parse((const char *)data, size, &stat) == 0)
		CHECK(memchr(stat.name, '\0', sizeof(stat.name)) != NULL);
	return 0;
}
