/* What is read of one process when it is looked at alone: the rest of
 * /proc/PID/status, its command line, and where it stands. */
#ifndef REAP_READ_PROCESS_DETAIL_H
#define REAP_READ_PROCESS_DETAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/proc_file.h"
#include "reaptop/read/process_status.h"

struct process_detail {
	bool status_known; /* what follows, up to `queue_limit` */
	struct process_status status;
	uid_t uid;
	long threads;
	bool has_memory;      /* false of a zombie and of a kernel thread */
	uint64_t size_kb;     /* VmSize */
	uint64_t resident_kb; /* VmRSS */
	/* Its PID in the innermost PID namespace it is in; as ours, if that is
	 * ours too, or not told. */
	pid_t inner_pid;
	/* Signals queued for the user it runs as, and how many may be. */
	uint64_t queued;
	uint64_t queue_limit;

	char command[512];    /* arguments apart by spaces, cut; "" none */
	char executable[256]; /* "" not known */
	char folder[256];     /* working directory; "" not known */
	char waits_in[64];    /* the kernel's function, or "" */
};

/* Reads the text of a status file, text[size] being NUL, into all that comes
 * of it. Returns 0, or -1 if it is not one. */
int process_detail_parse(const char *text, size_t size,
			 struct process_detail *detail);

/* Reads it of the process whose folder this is. What is gone or hidden is not
 * known, or "". */
void process_detail_read(int directory, struct proc_text *scratch,
			 struct process_detail *detail);

#endif
