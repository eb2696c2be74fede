/* Changes of a server and its children from sample to sample: the events of a
 * server without a log. Shorter changes are missed. */
#ifndef REAP_WATCH_SIGHTINGS_H
#define REAP_WATCH_SIGHTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/watch.h"

enum sighting_kind {
	SIGHTING_CAME,    /* a child is there that was not */
	SIGHTING_DIED,    /* a child is a zombie now */
	SIGHTING_REAPED,  /* a zombie is there no more */
	SIGHTING_MISSED,  /* a live child is there no more: died and reaped */
	SIGHTING_MORE,    /* so many more of the above in the same sample */
	SIGHTING_FROZEN,  /* the server was stopped ... */
	SIGHTING_THAWED,  /* ... and goes on */
	SIGHTING_PENDING, /* a SIGCHLD waits for it; `count` zombies */
	SIGHTING_TAKEN,   /* none waits any more */
	SIGHTING_ENDED,   /* the server */
};

struct sighting {
	int64_t t_ns; /* of the sample: CLOCK_MONOTONIC */
	enum sighting_kind kind;
	pid_t pid;
	size_t count;
	bool exit_known; /* of one that died: how */
	int exit_status;
};

enum { SIGHTINGS_MAX = 1000 };

/* The changes of one server. Zero before first use; owns nothing. */
struct sightings {
	pid_t pid; /* the server's; 0: none yet */
	uint64_t start_ticks;
	struct sighting items[SIGHTINGS_MAX]; /* a ring */
	size_t first;
	size_t count;
	/* Internal: the state in the sample before. */
	int64_t since;
	bool frozen;
	bool pending;
	bool ended;
};

/* Adds the changes of the last sample. Starts afresh for another server, with
 * its latest news. Call it after each sample, or changes are missed. */
void sightings_update(struct sightings *sightings, const struct watch *watch,
		      const struct server *server);

/* Sighting number `number`, from 0 for the oldest. */
const struct sighting *sightings_get(const struct sightings *sightings,
				     size_t number);

#endif
