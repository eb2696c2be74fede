/* Programs that reaptop starts: a command to watch, the demo's servers and
 * clients. Each gets a process group of its own. reaptop ends all of them, with
 * all their descendants, when it ends. If reaptop is killed with SIGKILL, the
 * kernel ends these programs (PR_SET_PDEATHSIG), but not their descendants. */
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
	/* The first and the last line of its output, without newline. */
	char first_line[LAUNCH_LINE_SIZE];
	char last_line[LAUNCH_LINE_SIZE];
	/* Internal. */
	char line[LAUNCH_LINE_SIZE];
	size_t line_size;
};

/* Makes orphaned descendants our children, and notes the children that we
 * already have (from before an exec), to leave them alone. Call it before the
 * first launch. Returns 0, or -1 with errno. */
int launch_prepare(void);

/* Starts argv[0], looked up in PATH, with standard input from /dev/null and
 * default signals. The program dies with us (PR_SET_PDEATHSIG). Returns 0 once
 * it has been executed; or -1 with errno, also that of execvp(3). */
int launch(char *const argv[], enum launch_output output,
	   struct launched *launched);

/* Reaps all children that have ended, and notes the end in their `launched`.
 * Call it when SIGCHLD came. */
void launch_reap(void);

/* Lets orphans that came to us stay zombies, to be looked at, until called with
 * false and launch_reap() follows, or until launch_end_all(). */
void launch_hold_orphans(bool hold);

/* Returns whether a process was launched, or has come to us as an orphan of
 * what was: it is our child, and not from before an exec. */
bool launch_started(const struct process_stat *stat);

/* Stores the wait status of a program that was launched and is not forgotten.
 * Returns false if launch_reap() has not reaped it yet. */
bool launch_has_ended(pid_t pid, int *exit_status);

/* Takes the output that the program has written; never waits. */
void launch_read_output(struct launched *launched);

/* Forgets an ended program and closes its output. Does nothing for a zeroed one
 * that was never started. */
void launch_forget(struct launched *launched);

/* Sends a signal to the process alone. The signal cannot reach another process,
 * as the PID stays in use until launch_reap(). Returns 0, or -1 with errno. */
int launch_signal(const struct launched *launched, int number);

/* Ends everything: SIGTERM and SIGCONT to each group and each orphan, after two
 * seconds SIGKILL. Returns 0 when no descendant is left, or -1 if one has not
 * died within five seconds more. */
int launch_end_all(void);

/* Kills all groups at once. Async-signal-safe. */
void launch_kill_all(void);

#endif
