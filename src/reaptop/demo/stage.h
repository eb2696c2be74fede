/* The demo's servers and clients: started, asked for, sent signals. */
#ifndef REAP_DEMO_STAGE_H
#define REAP_DEMO_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "reaptop/act/programs.h"
#include "reaptop/launch.h"
#include "reaptop/watch/watch.h"

enum { STAGE_SERVERS_MAX = 3, STAGE_WHY_SIZE = 320 };

/* The three answers to "who reaps?", and what each leaves of exits that came
 * as `exits` in one SIGCHLD. */
enum reaping { REAPS_NONE, REAPS_ONE, REAPS_ALL };
int reaping_leaves(enum reaping reaping, int exits);

/* Which servers are to be on the stage. */
struct stage_cast {
	struct stage_role {
		const char *name;
		enum reaping reaping;
	} roles[STAGE_SERVERS_MAX];
	int count;
	bool with_adopter; /* reaptop itself is watched beside them */
};

struct stage_server {
	enum reaping reaping;
	struct variant variant;
	struct launched client; /* that of now */
	int port;
};

struct stage {
	struct stage_server servers[STAGE_SERVERS_MAX];
	int count;
	bool with_adopter;
	bool told_to_end;         /* the clients */
	bool killed;              /* the servers */
	struct watch watch;       /* the demo's own view of its servers */
	char why[STAGE_WHY_SIZE]; /* what failed, after a -1 */
};

/* Starts the servers and waits until they listen, at most five seconds each;
 * ends early when a signal asks for it. Returns 0, or -1 with `why` set. Both
 * ways stage_close() is due, after launch_end_all() or when done. */
int stage_open(struct stage *stage, const struct stage_cast *cast);
void stage_close(struct stage *stage);

/* Makes a watch see the servers too, with their event logs, and last the
 * adopter, if there is one. As above. */
int stage_add_to(struct stage *stage, struct watch *watch);

/* Starts one client for each server, with so many sessions at once. With
 * `held`, they stay connected until stage_end_clients(). Returns 0, or -1. */
int stage_start_clients(struct stage *stage, int sessions, bool held);
void stage_end_clients(struct stage *stage);

/* Returns 1 if all clients have ended, 0 if not, and -1 if a client failed that
 * was not told to end. */
int stage_clients_ended(struct stage *stage);

/* Returns -1 if a server has ended that was not killed, else 0. */
int stage_check_servers(struct stage *stage);

/* Returns -1 if a server cannot be signalled, else 0. */
int stage_signal_servers(struct stage *stage, int number);

/* Sends SIGCONT to all servers that are left. */
void stage_thaw(struct stage *stage);

/* Kills the servers. Their children become ours, and we do not wait for them
 * until stage_reap(). */
int stage_kill_servers(struct stage *stage);
void stage_reap(void);

#endif
