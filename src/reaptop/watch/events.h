/* The events of one server. Its log gives the story: which lines are its own
 * and its children's, and how many exits became one SIGCHLD. Without a log,
 * sightings are the changes from sample to sample; shorter changes are
 * missed. */
#ifndef REAP_WATCH_EVENTS_H
#define REAP_WATCH_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/event_log.h"
#include "reaptop/watch/child.h"
#include "reaptop/watch/watch.h"

struct story_event {
	uint32_t line; /* in the tail */
	/* For a SIGCHLD: the number of children that died since the last one. */
	uint32_t deaths;
};

/* Zero before first use, free with story_free(). */
struct story {
	struct story_event *events; /* oldest first */
	size_t count;
	/* Children that died since the last SIGCHLD, as far as they said so. */
	size_t deaths_since;
	int64_t begin; /* t_ns of `listen`, or of the first line there is */
};

void story_free(struct story *story);

/* Makes the story anew. Leaves out the lines of other servers and of their
 * children, where several write to one file. Returns 0, or -1 with errno.
 *
 * A child writes `exit` a moment before it dies, so its line may stand before
 * the SIGCHLD of a child that died earlier. A SIGCHLD without a death is
 * therefore given a death of the SIGCHLD just before it, if that has several. A
 * child that was killed writes nothing, and is counted by the server's
 * `reap`. */
int story_tell(struct story *story, const struct event_tail *tail, pid_t server,
	       const struct child_set *children);

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

/* Returns sighting number `number`, from 0 for the oldest. */
const struct sighting *sightings_get(const struct sightings *sightings,
				     size_t number);

#endif
