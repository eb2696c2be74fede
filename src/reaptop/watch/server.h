/* A watched server: a process and its children, sample by sample. */
#ifndef REAP_WATCH_SERVER_H
#define REAP_WATCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/children.h"
#include "reaptop/read/event_log.h"
#include "reaptop/read/listeners.h"
#include "reaptop/read/process_detail.h"
#include "reaptop/read/process_stat.h"
#include "reaptop/watch/child_table.h"
#include "reaptop/watch/descendants.h"

enum { HISTORY_STEPS = 240 };

/* 26 columns, the narrowest panel, show two minutes. */
#define HISTORY_STEP_NS (5 * NS_PER_SECOND)

/* Zero before first use. */
struct history {
	uint32_t most[HISTORY_STEPS]; /* a ring; the most in each step */
	size_t count;                 /* steps that hold something */
	size_t last;                  /* the step of now */
	int64_t step;                 /* its number, counted by the clock */
};

/* Returns the highest count `back` steps before the last; -1 if not known. */
int64_t history_at(const struct history *history, size_t back);

struct server {
	struct process_stat stat; /* as last seen */
	char name[FULL_NAME_SIZE];
	bool ended; /* gone, or dead and not reaped by its own parent */
	bool gone;
	bool exit_known; /* how it ended: told by server_ended_with() */
	int exit_status;

	bool signals_known;
	struct signal_sets signals;

	enum holding port_known;
	uint16_t port;

	struct event_log *log; /* NULL: none known */
	struct child_table children;
	struct descendants descendants; /* below the children, and orphans */
	struct history zombies;

	struct turnover turnover;

	/* Internal. */
	int directory;       /* its folder below /proc */
	int64_t next_search; /* for the port and the log: CLOCK_MONOTONIC */
	int64_t search_pause;
	bool sampled; /* at least once */
	struct children_tail tail;
	int64_t listed; /* when the whole list was read */
};

/* Shared by all servers of a watch while a sample is taken. */
struct sample_context {
	int proc;
	int64_t now;       /* CLOCK_MONOTONIC */
	int64_t uptime;    /* CLOCK_BOOTTIME */
	int64_t tick;      /* ns in a tick of CPU and start times */
	uint64_t number;   /* of the sample, from 1 */
	size_t log_budget; /* bytes of an event log to read at most */
	struct proc_text *scratch;
	struct child_list *list;
};

/* Begins to watch a process. Returns 0, or -1 with errno: ENOENT or ESRCH, no
 * such process; EISDIR, the PID is that of a thread, whose process is stored in
 * *process. */
int server_attach(struct server *server, int proc, pid_t pid,
		  struct proc_text *scratch, pid_t *process);

void server_detach(struct server *server);

/* Takes a sample. Returns 0, also for a server that has ended (the sample says
 * so); or -1 with errno when memory or descriptors ran out. */
int server_sample(struct server *server, const struct sample_context *context);

/* Looks for the port now, if it is not known. Samples do so less and less
 * often. */
void server_find_port(struct server *server);

/* Returns the counts of its event log, or NULL while no log mentions it. */
const struct event_counts *server_logged(const struct server *server);

/* Notes how the server ended, as waitpid(2) gave it to its parent. */
void server_ended_with(struct server *server, int exit_status);

/* Returns true while all its threads are stopped (SIGSTOP), or it is traced. */
bool server_is_frozen(const struct server *server);

/* Return whether a SIGCHLD is pending (one bit, however many children died),
 * and whether SIGCHLD is blocked. Return false where that is not known. */
bool server_sigchld_pending(const struct server *server);
bool server_sigchld_blocked(const struct server *server);

#endif
