/* Every process, by its parent: for kernels that do not list children. */
#ifndef REAP_READ_PROCESS_SCAN_H
#define REAP_READ_PROCESS_SCAN_H

#include <stddef.h>
#include <sys/types.h>

struct scanned {
	pid_t pid;
	pid_t ppid;
};

/* Zero before first use, free with process_scan_free(). */
struct process_scan {
	struct scanned *entries; /* by parent, then PID */
	size_t count;
	size_t capacity;
};

void process_scan_free(struct process_scan *scan);

/* Looks at all processes. 0, or -1 with errno. */
int process_scan_read(int proc, struct process_scan *scan);

/* The children of a process: how many, the first stored. */
size_t process_scan_children(const struct process_scan *scan, pid_t parent,
			     const struct scanned **first);

#endif
