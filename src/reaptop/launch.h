/* Programs that reaptop starts: a command to watch, the demo's servers and
 * clients. Each gets a process group of its own; all are ended, with all their
 * descendants, when reaptop ends. Killed with SIGKILL, it cannot: then the kernel
 * ends what it started (PR_SET_PDEATHSIG), but not what those started. */
#ifndef REAP_REAPTOP_LAUNCH_H
#define REAP_REAPTOP_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "reaptop/read/process_stat.h"

enum {
	LAUNCH_MAX = 16,       /* running at the same time */
	LAUNCH_LINE_SIZE = 256 /* of an output line, what is kept */
};

enum launch_output {
	LAUNCH_TO_STDERR, /* its output becomes ours, on stderr */
	LAUNCH_TO_PIPE,   /* read by launch_read_output() */
};

/* A started program. Must stay where it is until launch_forget(). */
struct launched {
	pid_t pid; /* 0: not started, or forgotten */
	bool ended;
	int exit_status; /* once it has ended; as from waitpid(2) */
	int output;      /* the pipe's end, non-blocking; -1: none */
	/* Of its output: the first line and the last, without newline. */
	char first_line[LAUNCH_LINE_SIZE];
	char last_line[LAUNCH_LINE_SIZE];
	/* Inner workings. */
	char line[LAUNCH_LINE_SIZE];
	size_t line_size;
};

/* Before the first launch: orphaned descendants become our children, and the
 * children that we already have (from before an exec) are none of our business.
 * Returns 0, or -1 with errno. */
int launch_prepare(void);

/* Starts argv[0], looked up in PATH, with standard input from /dev/null and
 * default signals. Returns 0 once it has been executed, or -1 with errno,
 * also when it could not be. It dies with us: PR_SET_PDEATHSIG. */
int launch(char *const argv[], enum launch_output output,
	   struct launched *launched);

/* Collects whatever has ended, notes it in the `launched` it belongs to. To be
 * called when SIGCHLD came. */
void launch_reap(void);

/* Lets orphans that came to us stay zombies, to be looked at, until it is
 * switched off and launch_reap() called; launch_end_all() ends it too. */
void launch_hold_orphans(bool hold);

/* Returns whether a process was launched, or has come to us as an orphan of what
 * was: it is our child, and not from before an exec. */
bool launch_started(const struct process_stat *stat);

/* How a program ended that was launched and is not forgotten: true, with its
 * wait status, once launch_reap() has collected it. */
bool launch_has_ended(pid_t pid, int *exit_status);

/* Takes what the program has written; never waits. */
void launch_read_output(struct launched *launched);

/* Forgets an ended program; its output is closed. Nothing to do for one that
 * was never started, if it was zeroed. */
void launch_forget(struct launched *launched);

/* Sends a signal to the process alone. It cannot hit another: the PID is ours
 * until launch_reap() collected it. 0, or -1 with errno. */
int launch_signal(const struct launched *launched, int number);

/* Ends everything: SIGTERM and SIGCONT to each group and each orphan, after
 * two seconds SIGKILL. Returns 0 when no descendant is left, or -1 if something
 * would not die within five seconds more. */
int launch_end_all(void);

/* Kills all groups at once. Async-signal-safe. */
void launch_kill_all(void);

#endif
