/* What is new at the end of a list of children. Why that can be enough is told
 * in the header. */
#include "reaptop/read/children_tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/read/process_stat.h"

/* How often the process was given a CPU. 0, or -1 where that is not told: the
 * file is missing, or all zeros where the kernel does not count. */
static int read_runs(int directory, uint64_t *runs)
{
	char text[96];
	unsigned long long count;
	if (proc_read_some(directory, "schedstat", text, sizeof text) <= 0 ||
	    sscanf(text, "%*u %*u %llu", &count) != 1 || count == 0)
		return -1;
	*runs = count;
	return 0;
}

/* Off every CPU, and not about to get one; or dead, and never to get one. */
static bool is_asleep(int directory)
{
	struct process_stat stat;
	return process_stat_read(directory, "stat", &stat) == 0 &&
	       strchr("SDTtIZX", stat.state) != NULL && stat.threads <= 1;
}

int children_tail_begin(struct children_tail *tail, int directory, pid_t parent,
			struct proc_text *scratch, struct child_list *list)
{
	char path[40];
	children_tail_end(tail);
	snprintf(path, sizeof path, "task/%d/children", parent);
	int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -1;
	/* In this order: asleep after it was counted, it has to be counted
	 * again before it runs. */
	tail->asleep =
		read_runs(directory, &tail->runs) == 0 && is_asleep(directory);
	list->count = 0;
	list->in_birth_order = true;
	if (proc_read_on(file, scratch) != 0 ||
	    child_list_add_text(list, scratch, parent) != 0) {
		int error = errno;
		close(file);
		errno = error;
		return -1;
	}
	tail->file = file;
	return 0;
}

int children_tail_read(struct children_tail *tail, int directory, pid_t parent,
		       struct proc_text *scratch, struct child_list *list)
{
	uint64_t runs;
	if (tail->file < 0 || !tail->asleep)
		return 0;
	list->count = 0;
	list->in_birth_order = true;
	if (proc_read_on(tail->file, scratch) != 0)
		return -1;
	/* Only now: it must not have run before the list was read. */
	if (read_runs(directory, &runs) != 0 || runs != tail->runs)
		return 0;
	if (child_list_add_text(list, scratch, parent) != 0)
		return -1;
	return 1;
}

void children_tail_end(struct children_tail *tail)
{
	if (tail->file >= 0)
		close(tail->file);
	tail->file = -1;
}
