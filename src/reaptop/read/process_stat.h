/* The identity and state of a process: /proc/PID/stat, and its whole name. */
#ifndef REAP_READ_PROCESS_STAT_H
#define REAP_READ_PROCESS_STAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/proc_file.h"

/* The kernel keeps 15 bytes; only kernel threads may show more, and are cut. */
enum { PROCESS_NAME_SIZE = 32 };

struct process_stat {
	pid_t pid; /* first: slots_of_pid() reads it */
	pid_t ppid;
	uint64_t start_ticks; /* since boot; with the PID, the identity */
	uint64_t cpu_ticks;   /* user and system */
	long threads;         /* 0: being torn down */
	int exit_status; /* as waitpid(2) would give it; only of a zombie */
	char state;      /* R S D T t Z X I ... */
	char name[PROCESS_NAME_SIZE]; /* any bytes but NUL: never trust it */
};

/* Reads the text of a stat file. Returns 0, or -1 if the text is no such. */
int process_stat_parse(const char *text, size_t size,
		       struct process_stat *stat);

/* Reads `path` ("stat", "4711/stat") in `directory`. Returns 0, or -1 with
 * errno; see proc_error_is_gone(). EPROTO: the file has another format. */
int process_stat_read(int directory, const char *path,
		      struct process_stat *stat);

/* Reads the stat file of a PID below /proc. Returns as process_stat_read();
 * EACCES: the process exists, but is hidden from us (proc(5), hidepid). */
int process_stat_read_pid(int proc, pid_t pid, struct process_stat *stat);

/* Returns whether there is a process of that PID which /proc does not show us:
 * another user's, where /proc is mounted with hidepid (proc(5)). */
bool process_is_hidden(pid_t pid);

/* Returns whether the process is a zombie, by pidfd_open(2), which works for
 * any user's process. Returns false also if that cannot be determined. */
bool process_has_died(pid_t pid);

/* Returns whether the whole process has died and only waits to be reaped: it
 * cannot change any more, only vanish. */
bool process_stat_is_final(const struct process_stat *stat);

/* Returns whether a process in state Z is no zombie: its first thread has
 * ended, others still run, and one of them may even execve(2) and be R again.
 * waitpid(2) does not return the process until the last thread has ended: see
 * delay_group_leader() in linux/sched/signal.h. The number of threads tells the
 * two apart, as the kernel counts a first thread that has ended. */
bool process_stat_is_headless(const struct process_stat *stat);

/* Returns whether the kernel shows us this process's exit status. Where it does
 * not (another user's process) field 52 reads 0, which must not be taken for
 * success. Asks /proc/PID/cwd, a link under the same rule,
 * ptrace_may_access(): see do_task_stat() in fs/proc/array.c. */
bool process_exit_is_shown(int proc, pid_t pid);

/* Room for a whole name: the kernel keeps only its first 15 bytes. */
enum { FULL_NAME_SIZE = 64 };

/* Finds in the text of a cmdline file (arguments ending in NUL) one whose last
 * path component begins with `comm`, which must be 15 bytes long to have been
 * cut at all. Stores that component, or else `comm` itself. The result may hold
 * any bytes. */
void process_name_complete(const char *cmdline, size_t size, const char *comm,
			   char name[FULL_NAME_SIZE]);

/* Does the same for the process whose folder this is. Stores `comm` if the
 * command line cannot be read. */
void process_name_read(int directory, struct proc_text *scratch,
		       const char *comm, char name[FULL_NAME_SIZE]);

#endif
