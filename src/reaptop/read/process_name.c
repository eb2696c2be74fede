/* The whole name of a process, from its command line when that continues what
 * the kernel has kept of it (TASK_COMM_LEN in linux/sched.h). */
#include "reaptop/read/process_name.h"

#include <stdio.h>
#include <string.h>

enum { COMM_CUT_LENGTH = 15 };

void process_name_complete(const char *cmdline, size_t size, const char *comm,
			   char name[FULL_NAME_SIZE])
{
	size_t length = strlen(comm);
	snprintf(name, FULL_NAME_SIZE, "%s", comm);
	if (length != COMM_CUT_LENGTH)
		return;
	size_t argument_size;
	for (size_t at = 0; at < size; at += argument_size + 1) {
		const char *argument = cmdline + at;
		argument_size = strnlen(argument, size - at);
		const char *slash = memrchr(argument, '/', argument_size);
		const char *base = slash == NULL ? argument : slash + 1;
		size_t base_size = argument_size - (size_t)(base - argument);
		if (base_size >= length && memcmp(base, comm, length) == 0) {
			snprintf(name, FULL_NAME_SIZE, "%.*s", (int)base_size,
				 base);
			return;
		}
	}
}

void process_name_read(int directory, struct proc_text *scratch,
		       const char *comm, char name[FULL_NAME_SIZE])
{
	if (proc_read(directory, "cmdline", scratch) != 0)
		scratch->size = 0;
	process_name_complete(scratch->size == 0 ? "" : scratch->data,
			      scratch->size, comm, name);
}
