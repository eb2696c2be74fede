/* Every process, by its parent. */
#include "reaptop/read/process_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "reaptop/read/process_stat.h"

void process_scan_free(struct process_scan *scan)
{
	free(scan->entries);
	*scan = (struct process_scan){0};
}

static int add(struct process_scan *scan, pid_t pid, pid_t ppid)
{
	if (scan->count == scan->capacity) {
		size_t capacity =
			scan->capacity == 0 ? 256 : scan->capacity * 2;
		struct scanned *entries =
			realloc(scan->entries, capacity * sizeof *entries);
		if (entries == NULL)
			return -1;
		scan->entries = entries;
		scan->capacity = capacity;
	}
	scan->entries[scan->count++] = (struct scanned){pid, ppid};
	return 0;
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
	int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *processes = fd < 0 ? NULL : fdopendir(fd);
	if (processes == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	int result = 0;
	const struct dirent *entry;
	while (result == 0 && (entry = readdir(processes)) != NULL) {
		struct process_stat stat;
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid > 0 && process_stat_read_pid(proc, pid, &stat) == 0)
			result = add(scan, pid, stat.ppid);
	}
	int error = errno;
	closedir(processes);
	errno = error;
	if (scan->count > 0)
		qsort(scan->entries, scan->count, sizeof *scan->entries,
		      compare);
	return result;
}

size_t process_scan_children(const struct process_scan *scan, pid_t parent,
			     const struct scanned **first)
{
	size_t low = 0, high = scan->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (scan->entries[middle].ppid < parent)
			low = middle + 1;
		else
			high = middle;
	}
	size_t count = 0;
	while (low + count < scan->count &&
	       scan->entries[low + count].ppid == parent)
		count++;
	*first = scan->entries + low;
	return count;
}
