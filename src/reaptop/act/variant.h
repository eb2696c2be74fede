/* A server of the lab, started by reaptop: on a free port of 127.0.0.1, with an
 * event log that leaves no file behind. */
#ifndef REAP_ACT_VARIANT_H
#define REAP_ACT_VARIANT_H

#include "reaptop/launch.h"
#include "reaptop/programs.h"
#include "reaptop/watch/watch.h"

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

#endif
