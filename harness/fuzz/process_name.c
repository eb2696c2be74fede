/* /proc/PID/cmdline against a name that was cut: its first 15 bytes. */
#include "reaptop/read/process_stat.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char comm[16] = "", name[FULL_NAME_SIZE];
	size_t cut = size < sizeof(comm) - 1 ? size : sizeof(comm) - 1;
	char *text = fuzz_text(data + cut, size - cut);

	memcpy(comm, data, cut);
	process_name_complete(text, size - cut, comm, name);
	CHECK(strncmp(name, comm, strlen(comm)) == 0);
	free(text);
	return 0;
}
