/* A burst of clients, run in the background by the lab's own client. */
#ifndef REAP_ACT_BURST_H
#define REAP_ACT_BURST_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/launch.h"
#include "reaptop/read/process_stat.h"
#include "reaptop/watch/server.h"

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

/* How far it is, or what came of it, in a line without control characters but
 * what is in the server's name. */
void burst_describe(const struct burst *burst, char text[BURST_TEXT_SIZE]);

#endif
