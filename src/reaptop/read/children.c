/* The children of a process: one file for each of its threads, as any thread
 * may fork (proc(5), /proc/PID/task/TID/children, CONFIG_PROC_CHILDREN). */
#include "reaptop/read/children.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void child_list_free(struct child_list *list)
{
	free(list->entries);
	*list = (struct child_list){0};
}

static int add(struct child_list *list, pid_t pid, pid_t thread)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
		struct child_entry *entries =
			realloc(list->entries, capacity * sizeof *entries);
		if (entries == NULL)
			return -1;
		list->entries = entries;
		list->capacity = capacity;
	}
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
			/* Too large stays too large: it is no PID. */
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
	snprintf(path, sizeof path, "task/%d/children", thread);
	if (proc_read(directory, path, scratch) != 0)
		return -1;
	return child_list_add_text(list, scratch, thread);
}

/* The PID a directory entry of /proc or task names, or 0. */
static pid_t entry_pid(const struct dirent *entry)
{
	if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
		return 0;
	return (pid_t)strtol(entry->d_name, NULL, 10);
}

static DIR *open_folder(int directory, const char *path)
{
	int fd = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	DIR *folder = fdopendir(fd);
	if (folder == NULL)
		close(fd);
	return folder;
}

/* A thread that ends meanwhile hands its children to another one. */
static int read_threads(int directory, struct proc_text *scratch,
			struct child_list *list)
{
	DIR *tasks = open_folder(directory, "task");
	if (tasks == NULL)
		return -1;
	int result = 0;
	const struct dirent *entry;
	while (result == 0 && (entry = readdir(tasks)) != NULL) {
		pid_t thread = entry_pid(entry);
		if (thread == 0)
			continue;
		result = read_thread(directory, thread, scratch, list);
		if (result != 0 && proc_error_is_gone(errno))
			result = 0;
	}
	int error = errno;
	closedir(tasks);
	errno = error;
	return result;
}

static int scan(int proc, pid_t parent, struct child_list *list)
{
	DIR *processes = open_folder(proc, ".");
	if (processes == NULL)
		return -1;
	int result = 0;
	const struct dirent *entry;
	while (result == 0 && (entry = readdir(processes)) != NULL) {
		pid_t pid = entry_pid(entry);
		struct process_stat stat;
		if (pid != 0 && process_stat_read_pid(proc, pid, &stat) == 0 &&
		    stat.ppid == parent)
			result = add(list, pid, parent);
	}
	int error = errno;
	closedir(processes);
	errno = error;
	return result;
}

/* Asked of ourselves, since for a process that ended the error is the same. */
bool children_are_listed(int proc)
{
	return faccessat(proc, "thread-self/children", R_OK, 0) == 0;
}

int children_read(int proc, int directory, pid_t parent, long threads,
		  struct proc_text *scratch, struct child_list *list)
{
	list->count = 0;
	list->in_birth_order = true;
	int result = threads == 1
			     ? read_thread(directory, parent, scratch, list)
			     : read_threads(directory, scratch, list);
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
		result = parent->threads == 1
				 ? read_thread(directory, parent->pid, scratch,
					       list)
				 : read_threads(directory, scratch, list);
		int error = errno;
		close(directory);
		errno = error;
	}
	if (result != 0 &&
	    (proc_error_is_gone(errno) || errno == EACCES || errno == EPERM))
		return 0;
	return result;
}
