/* The children of a process: one file for each of its threads, as any thread
 * may fork (proc(5), /proc/PID/task/TID/children, CONFIG_PROC_CHILDREN). */
#include "reaptop/read/children.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/array.h"

void process_scan_free(struct process_scan *scan)
{
	free(scan->entries);
	*scan = (struct process_scan){0};
}

static int compare(const void *one, const void *other)
{
	const struct scanned *a = one, *b = other;
	if (a->ppid != b->ppid)
		return a->ppid < b->ppid ? -1 : 1;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

int process_scan_read(int proc, struct process_scan *scan)
{
	scan->count = 0;
	DIR *processes = proc_open_folder(proc, ".");
	if (processes == NULL)
		return -1;
	int result = 0;
	pid_t pid;
	while (result == 0 && proc_next_number(processes, &pid) != NULL) {
		struct process_stat stat;
		if (process_stat_read_pid(proc, pid, &stat) != 0)
			continue;
		result = ARRAY_RESERVE(scan->entries, scan->capacity,
				       scan->count + 1);
		if (result == 0)
			scan->entries[scan->count++] =
				(struct scanned){pid, stat.ppid};
	}
	proc_close_folder(processes);
	ARRAY_SORT(scan->entries, scan->count, compare);
	return result;
}

size_t process_scan_children(const struct process_scan *scan, pid_t parent,
			     const struct scanned **first)
{
	const struct scanned from = {.ppid = parent};
	const struct scanned to = {.ppid = parent, .pid = INT32_MAX};
	*first = scan->entries;
	if (scan->entries == NULL)
		return 0;
	size_t begin = ARRAY_PLACE(scan->entries, scan->count, &from, compare);
	size_t end = ARRAY_PLACE(scan->entries, scan->count, &to, compare);
	*first = scan->entries + begin;
	return end - begin;
}

void child_list_free(struct child_list *list)
{
	free(list->entries);
	*list = (struct child_list){0};
}

static int add(struct child_list *list, pid_t pid, pid_t thread)
{
	if (ARRAY_RESERVE(list->entries, list->capacity, list->count + 1) != 0)
		return -1;
	list->entries[list->count++] =
		(struct child_entry){.pid = pid, .thread = thread};
	return 0;
}

int child_list_add_text(struct child_list *list, const struct proc_text *text,
			pid_t thread)
{
	int64_t pid = 0;
	for (size_t i = 0; i < text->size; i++) {
		char byte = text->data[i];
		if (byte >= '0' && byte <= '9') {
			/* A number that is too large for a PID stays so. */
			if (pid <= INT32_MAX)
				pid = pid * 10 + (byte - '0');
			continue;
		}
		if (pid != 0 && pid <= INT32_MAX &&
		    add(list, (pid_t)pid, thread) != 0)
			return -1;
		pid = 0;
	}
	return 0;
}

static int read_thread(int directory, pid_t thread, struct proc_text *scratch,
		       struct child_list *list)
{
	char path[40];
	snprintf(path, sizeof(path), "task/%d/children", thread);
	if (proc_read(directory, path, scratch) != 0)
		return -1;
	return child_list_add_text(list, scratch, thread);
}

/* Skips a thread that ends meanwhile: it hands its children to another one. */
static int read_threads(int directory, struct proc_text *scratch,
			struct child_list *list)
{
	DIR *tasks = proc_open_folder(directory, "task");
	if (tasks == NULL)
		return -1;
	int result = 0;
	pid_t thread;
	while (result == 0 && proc_next_number(tasks, &thread) != NULL) {
		result = read_thread(directory, thread, scratch, list);
		if (result != 0 && proc_error_is_gone(errno))
			result = 0;
	}
	proc_close_folder(tasks);
	return result;
}

static int scan(int proc, pid_t parent, struct child_list *list)
{
	struct process_scan processes = {0};
	const struct scanned *first;
	int result = process_scan_read(proc, &processes);
	size_t count = process_scan_children(&processes, parent, &first);
	for (size_t i = 0; result == 0 && i < count; i++)
		result = add(list, first[i].pid, parent);
	process_scan_free(&processes);
	return result;
}

/* Adds the children of one thread, or of all if there may be several. */
static int read_all(int directory, pid_t parent, long threads,
		    struct proc_text *scratch, struct child_list *list)
{
	return threads == 1 ? read_thread(directory, parent, scratch, list)
			    : read_threads(directory, scratch, list);
}

/* Asks about ourselves, as the error is the same for a process that ended. */
bool children_are_listed(int proc)
{
	return faccessat(proc, "thread-self/children", R_OK, 0) == 0;
}

int children_read(int proc, int directory, pid_t parent, long threads,
		  struct proc_text *scratch, struct child_list *list)
{
	list->count = 0;
	list->in_birth_order = true;
	int result = read_all(directory, parent, threads, scratch, list);
	if ((result != 0 || list->count == 0) && !children_are_listed(proc)) {
		list->count = 0;
		list->in_birth_order = false;
		result = scan(proc, parent, list);
	}
	if (result != 0 && proc_error_is_gone(errno)) {
		list->count = 0;
		result = 0;
	}
	return result;
}

int children_add(int proc, const struct process_stat *parent,
		 struct proc_text *scratch, struct child_list *list)
{
	int directory = proc_open_process(proc, parent->pid);
	int result = -1;
	if (directory >= 0) {
		result = read_all(directory, parent->pid, parent->threads,
				  scratch, list);
		proc_close(directory);
	}
	if (result != 0 &&
	    (proc_error_is_gone(errno) || errno == EACCES || errno == EPERM))
		return 0;
	return result;
}

/* Reads how often the process was given a CPU. Returns 0, or -1 if that is not
 * known: the file is missing, or all zeros as the kernel does not count. */
static int read_runs(int directory, uint64_t *runs)
{
	char text[96];
	unsigned long long count;
	if (proc_read_some(directory, "schedstat", text, sizeof(text)) <= 0 ||
	    sscanf(text, "%*u %*u %llu", &count) != 1 || count == 0)
		return -1;
	*runs = count;
	return 0;
}

/* Returns whether the process has no CPU and is not about to get one. */
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
	snprintf(path, sizeof(path), "task/%d/children", parent);
	int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -1;
	/* In this order: a process that is asleep after its runs were counted
	 * is counted again before it runs. */
	tail->asleep =
		read_runs(directory, &tail->runs) == 0 && is_asleep(directory);
	list->count = 0;
	list->in_birth_order = true;
	if (proc_read_on(file, scratch) != 0 ||
	    child_list_add_text(list, scratch, parent) != 0) {
		proc_close(file);
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
	/* Only now: the parent must not have run before the list was read. */
	if (read_runs(directory, &runs) != 0 || runs != tail->runs)
		return 0;
	if (child_list_add_text(list, scratch, parent) != 0)
		return -1;
	return 1;
}

void children_tail_end(struct children_tail *tail)
{
	if (tail->file >= 0)
		proc_close(tail->file);
	tail->file = -1;
}
