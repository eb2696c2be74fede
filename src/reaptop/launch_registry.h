/* What is running of the programs that were launched. */
#ifndef REAP_REAPTOP_LAUNCH_REGISTRY_H
#define REAP_REAPTOP_LAUNCH_REGISTRY_H

#include "reaptop/launch.h"

/* Remembers a running program. Returns 0, or -1 with errno EAGAIN when
 * LAUNCH_MAX are known. */
int launch_register(struct launched *launched);

void launch_unregister(const struct launched *launched);

#endif
