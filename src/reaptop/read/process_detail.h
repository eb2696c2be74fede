/* What else the kernel tells about one process: its signal sets, and when it is
 * looked at alone its memory, command line, folder and limits. From
 * /proc/PID/status, limits, cmdline, exe, cwd and wchan (proc(5)). */
#ifndef REAP_READ_PROCESS_DETAIL_H
#define REAP_READ_PROCESS_DETAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/proc_file.h"

/* Bit n - 1 stands for signal n, as the kernel prints them. */
struct signal_sets {
	uint64_t pending_thread;  /* SigPnd, of the first thread */
	uint64_t pending_process; /* ShdPnd */
	uint64_t blocked;         /* SigBlk, by the first thread */
	uint64_t ignored;         /* SigIgn */
	uint64_t caught;          /* SigCgt */
};

struct process_status {
	pid_t tgid;   /* the process; differs from the PID asked for if that is
		       * a thread */
	pid_t tracer; /* traces it by ptrace(2); 0: none, or in no PID namespace
		       * of ours */
	struct signal_sets signals;
};

/* Reads the text of a status file, up to its NUL. Returns 0, or -1 if the text
 * is no such. */
int process_status_parse(const char *text, struct process_status *status);

/* Reads "status" in the folder of a process. Returns 0, or -1 with errno. */
int process_status_read(int directory, struct proc_text *scratch,
			struct process_status *status);

/* Counts how often the first thread of a process below /proc has given up its
 * CPU to wait for something: voluntary_ctxt_switches. Returns 0, or -1 with
 * errno. */
int process_status_waits(int proc, pid_t pid, uint64_t *waits);

bool signal_set_has(uint64_t set, int signal);

struct process_detail {
	bool status_known; /* the fields up to `queue_limit` */
	struct process_status status;
	uid_t uid;
	long threads;
	bool has_memory;      /* false of a zombie and of a kernel thread */
	uint64_t size_kb;     /* VmSize */
	uint64_t resident_kb; /* VmRSS */
	/* Its PID in the innermost PID namespace it is in: equal to ours if
	 * that namespace is ours; 0 if not known. */
	pid_t inner_pid;
	/* Signals queued for the user it runs as, and how many may be. */
	uint64_t queued;
	uint64_t queue_limit;

	char command[512];    /* arguments apart by spaces, cut; "" none */
	char executable[256]; /* "" not known */
	char folder[256];     /* working directory; "" not known */
	char waits_in[64];    /* the kernel's function, or "" */
};

/* Reads the text of a status file, up to its NUL, into the fields up to
 * `queue_limit`. Returns 0, or -1 if the text is no such. */
int process_detail_parse(const char *text, struct process_detail *detail);

/* Reads all fields of the process whose folder this is. A field that is gone or
 * hidden stays unknown or "". */
void process_detail_read(int directory, struct proc_text *scratch,
			 struct process_detail *detail);

#define LIMIT_NONE UINT64_MAX /* "unlimited" */

enum { LIMITS_MAX = 24 };

struct limit {
	char name[28]; /* "Max open files" */
	uint64_t soft;
	uint64_t hard;
	char units[12]; /* "files"; "" for none */
};

struct limits {
	struct limit entries[LIMITS_MAX];
	size_t count;
};

/* Reads the text of a limits file. Skips lines that are no limit. */
void limits_parse(const char *text, size_t size, struct limits *limits);

/* Reads "limits" in the folder of a process. Returns 0, or -1 with errno. */
int limits_read(int directory, struct proc_text *scratch,
		struct limits *limits);

#endif
