/* All watched servers, and their samples. */
#ifndef REAP_WATCH_WATCH_H
#define REAP_WATCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/server.h"

enum { WATCH_SERVERS_MAX = 64 };

struct watch {
	struct server *servers;
	size_t count;
	/* The last sample. */
	uint64_t number; /* from 1; 0 before the first */
	int64_t taken;   /* CLOCK_MONOTONIC, the event log's */
	int64_t uptime;  /* CLOCK_BOOTTIME, that of start times */
	long ticks_per_second;
	/* Internal. */
	size_t capacity;
	int proc;
	struct proc_text scratch;
	struct child_list list;
};

/* Opens /proc. Returns 0, or -1 with errno. */
int watch_open(struct watch *watch);

void watch_close(struct watch *watch);

/* Stops watching all servers, and forgets their samples. */
void watch_clear(struct watch *watch);

/* Adds a process, unless it is watched already. Returns as server_attach(), and
 * -1 with errno ENOSPC when WATCH_SERVERS_MAX are watched. */
int watch_add(struct watch *watch, pid_t pid, pid_t *process);

/* Gives the server with that PID the event log FILE. Returns 0, or -1 with
 * errno as event_log_open(), or ESRCH when no such server is watched. */
int watch_add_log(struct watch *watch, pid_t pid, const char *path);

/* Takes a sample of all servers, reading at most `log_budget` bytes of each
 * event log. Returns 0, or -1 with errno. */
int watch_sample(struct watch *watch, size_t log_budget);

/* Returns true if there are servers and all of them have ended. */
bool watch_all_ended(const struct watch *watch);

/* Returns the server with this PID, or NULL. */
struct server *watch_find(const struct watch *watch, pid_t pid);

/* Returns the age of a process at the last sample, in nanoseconds. */
int64_t watch_age(const struct watch *watch, uint64_t start_ticks);

/* Zero before first use. */
struct zombie_parents {
	int64_t next;    /* search, by CLOCK_MONOTONIC */
	size_t left_out; /* parents for which the watch had no room */
};

/* Searches the machine, at most once a second, and adds the parents of zombies
 * to the watch, those with the most first. Call it before watch_sample(). Does
 * not read children of watched servers again. Returns 0, or -1 with errno. */
int zombie_parents_find(struct zombie_parents *parents, struct watch *watch);

/* Drops the servers that have no zombies. Call it after watch_sample(). */
void zombie_parents_drop_others(struct watch *watch);

#endif
