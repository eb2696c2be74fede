/* From what the command line names to processes that are watched. */
#ifndef REAP_REAPTOP_TARGETS_H
#define REAP_REAPTOP_TARGETS_H

#include "reaptop/options.h"
#include "reaptop/watch/watch.h"

/* Adds the named PIDs, or the processes that serve the named ports, and their
 * event logs. Returns 0, or -1 after complaining. */
int targets_add(struct watch *watch, const struct options *options);

/* Adds one process. 0, or -1 after complaining. */
int targets_add_process(struct watch *watch, pid_t pid);

/* Gives the servers the event logs of the command line, in order. 0, or -1
 * after complaining. */
int targets_add_logs(struct watch *watch, const struct options *options);

#endif
