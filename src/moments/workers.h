/* Many runs at once: one worker process per processor. Each plays the next placement
 * that nobody has played yet, and sends what came of it. */
#ifndef REAP_MOMENTS_WORKERS_H
#define REAP_MOMENTS_WORKERS_H

#include "moments/explore.h"

/* Makes this process ready to play runs itself, on the first processor that it may use.
 * Returns 0, or -1 with errno set. */
int workers_prepare(void);

/* Plays a run as often as it takes another path than planned, but not for ever. What is
 * wrong only once was luck: a wrong run is played again, and counts if it is wrong
 * again. */
enum verdict workers_play(struct run *run, const struct facts *undisturbed);

/* Tries one death at each moment, or with `pairs` a second death behind each first one
 * that does no harm. Returns 0, or -1 with errno set. */
int workers_try(struct exploration *exploration, bool pairs);

#endif
