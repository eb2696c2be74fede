/* /proc/PID/task/TID/children: PIDs, each followed by a space. */
#include "reaptop/read/children.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct child_list list = {0};
	const struct proc_text text = {
		.data = fuzz_text(data, size),
		.size = size,
		.capacity = size + 1,
	};

	CHECK(child_list_add_text(&list, &text, 1) == 0);
	for (size_t i = 0; i < list.count; i++)
		CHECK(list.entries[i].pid > 0);
	child_list_free(&list);
	free(text.data);
	return 0;
}
