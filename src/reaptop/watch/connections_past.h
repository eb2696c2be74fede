/* What a connection owes to the samples before: a step of connections_sample().
 */
#ifndef REAP_WATCH_CONNECTIONS_PAST_H
#define REAP_WATCH_CONNECTIONS_PAST_H

#include <stdint.h>

#include "reaptop/watch/connections.h"

/* Once the connections of the sample of `now` (CLOCK_MONOTONIC) are joined with
 * their holders: adds what was known of each before. */
void connections_remember(struct connections *connections, int64_t now);

#endif
