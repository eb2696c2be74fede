/* The lab's programs that stand beside reaptop: how they are found, a server
 * that reaptop starts, and a burst of clients in the background. */
#ifndef REAP_ACT_PROGRAMS_H
#define REAP_ACT_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/launch.h"
#include "reaptop/read/process_stat.h"
#include "reaptop/watch/server.h"
#include "reaptop/watch/watch.h"

enum {
	PROGRAM_PATH_SIZE = 4200,
	PROGRAM_NAME_SIZE = 64,
	PROGRAMS_MAX = 64,
};

/* Names of programs, in order. */
struct program_list {
	char names[PROGRAMS_MAX][PROGRAM_NAME_SIZE];
	size_t count;
};

/* Stores the path of a program in the folder reaptop was started from. Returns
 * 0, or -1 with errno: ENOENT or EACCES, not there or not to be executed;
 * ENAMETOOLONG. */
int program_find(const char *name, char path[PROGRAM_PATH_SIZE]);

/* Lists the programs there whose names begin so; names that would have to be
 * escaped to be shown are left out. Returns 0, or -1 with errno. */
int programs_list(const char *prefix, struct program_list *list);

/* Zero with `log` -1 before first use. Must not move while the server runs. */
struct variant {
	char name[PROGRAM_NAME_SIZE];
	struct launched program;
	int log; /* a memfd, which the server reaches below our /proc/PID/fd */
	char log_path[48];
};

/* Starts the server of that name. Returns 0, or -1 with errno, as
 * program_find() and launch() give it. launch_prepare() comes first. */
int variant_start(struct variant *variant, const char *name);

/* Adds the server, with its event log, to a watch. Returns 0, or -1 with
 * errno. */
int variant_watch(const struct variant *variant, struct watch *watch);

/* Forgets a server that has ended, or was never started. */
void variant_forget(struct variant *variant);

enum {
	BURST_SESSIONS_MAX = 1000000,
	BURST_AT_ONCE_MAX = 20000,
	BURST_HOLD_MAX = 24 * 60 * 60 * 1000, /* ms */
	BURST_TEXT_SIZE = 320,
};

struct burst_plan {
	long sessions;
	long at_once; /* not more than the sessions */
	long hold;    /* ms */
};

/* Zero before first use. Must not move while the client runs. */
struct burst {
	struct launched client;
	char server[FULL_NAME_SIZE];
	struct burst_plan plan;
	long done; /* sessions, failed ones too */
	long failed;
};

/* Starts it against the server's port. Returns 0, or -1 with errno: ENOENT,
 * there is no client program; EDESTADDRREQ, the server is not known to listen
 * anywhere; or as launch(). */
int burst_start(struct burst *burst, struct server *server,
		const struct burst_plan *plan);

bool burst_is_running(const struct burst *burst);

/* Reads the progress. Returns true once, when the burst has ended. */
bool burst_follow(struct burst *burst);

/* Tells the client to end. */
void burst_stop(struct burst *burst);

/* Describes the progress, or the result, in a line. Control characters come
 * only from the server's name. */
void burst_describe(const struct burst *burst, char text[BURST_TEXT_SIZE]);

#endif
