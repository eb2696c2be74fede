/* /proc/PID/stat: who a process is and what it is doing. */
#ifndef REAP_READ_PROCESS_STAT_H
#define REAP_READ_PROCESS_STAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The kernel keeps 15 bytes; only kernel threads may show more, and are cut. */
enum { PROCESS_NAME_SIZE = 32 };

struct process_stat {
	pid_t pid;
	pid_t ppid;
	uint64_t start_ticks; /* since boot; with the PID, the identity */
	uint64_t cpu_ticks;   /* user and system */
	long threads;         /* 0: being torn down */
	int exit_status; /* as waitpid(2) would give it; only of a zombie */
	char state;      /* R S D T t Z X I ... */
	char name[PROCESS_NAME_SIZE]; /* any bytes but NUL: never trust it */
};

/* Reads the text of a stat file. Returns 0, or -1 if it is not one. */
int process_stat_parse(const char *text, size_t size,
		       struct process_stat *stat);

/* Reads `path` ("stat", "4711/stat") in `directory`. Returns 0, or -1 with
 * errno; see proc_error_is_gone(). EPROTO: not what stat looks like. */
int process_stat_read(int directory, const char *path,
		      struct process_stat *stat);

/* Reads the stat file of a PID below /proc. EACCES: it exists, but is hidden
 * from us (proc(5), hidepid). */
int process_stat_read_pid(int proc, pid_t pid, struct process_stat *stat);

/* Whether there is a process of that PID which /proc does not show us: another
 * user's, where it is mounted with hidepid (proc(5)). */
bool process_is_hidden(pid_t pid);

/* Whether it has died and waits to be reaped, asked by pidfd_open(2), which
 * anybody may do of any process. False also if that cannot be told. */
bool process_has_died(pid_t pid);

/* True once it has died and only waits to be reaped: nothing of it can change
 * any more, it can only vanish. */
bool process_stat_is_final(const struct process_stat *stat);

/* True of a Z that is no zombie: its first thread has ended, others run on, and
 * one may even execve(2) and be R again. Until the last has ended waitpid(2)
 * does not return it: see delay_group_leader() in linux/sched/signal.h. The
 * number of threads tells: the kernel counts a first thread that ended. */
bool process_stat_is_headless(const struct process_stat *stat);

/* Whether the kernel shows us this process's exit status. Where it does not
 * (another user's process) field 52 reads 0, which must not be taken for
 * success. The question is asked of /proc/PID/cwd, a link that follows the
 * same rule, ptrace_may_access(): see do_task_stat() in fs/proc/array.c. */
bool process_exit_is_shown(int proc, pid_t pid);

#endif
