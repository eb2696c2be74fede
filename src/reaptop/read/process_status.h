/* /proc/PID/status: the signal sets, and whose thread a task is. */
#ifndef REAP_READ_PROCESS_STATUS_H
#define REAP_READ_PROCESS_STATUS_H

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
	pid_t tgid; /* the process; differs from the PID asked for if that is
		     * a thread */
	struct signal_sets signals;
};

/* Reads the text of a status file, text[size] being NUL. Returns 0, or -1 if
 * it is not one. */
int process_status_parse(const char *text, size_t size,
			 struct process_status *status);

/* Reads "status" in the folder of a process. Returns 0, or -1 with errno. */
int process_status_read(int directory, struct proc_text *scratch,
			struct process_status *status);

/* How often the first thread of a process below /proc has given up its CPU to
 * wait for something: voluntary_ctxt_switches. 0, or -1 with errno. */
int process_status_waits(int proc, pid_t pid, uint64_t *waits);

bool signal_set_has(uint64_t set, int signal);

#endif
