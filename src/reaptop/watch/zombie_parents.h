/* Every process on the machine that has zombies: the candidates for a leak. */
#ifndef REAP_WATCH_ZOMBIE_PARENTS_H
#define REAP_WATCH_ZOMBIE_PARENTS_H

#include <stddef.h>
#include <stdint.h>

#include "reaptop/watch/watch.h"

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
