/* /proc/PID/status, in both of its readings. */
#include "reaptop/read/process_detail.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct process_status status;
	struct process_detail detail;
	char *text = fuzz_text(data, size);

	if (process_status_parse(text, &status) == 0)
		CHECK(status.tgid > 0);
	memset(&detail, 0, sizeof(detail));
	(void)process_detail_parse(text, &detail);
	free(text);
	return 0;
}
