/* What may go wrong with each client: stderr would get as many lines as somebody cares
 * to connect. The first failure of a kind is said, later ones are counted, and the
 * count is said at the first success at least 10 s after the first, or at the end. So
 * a kind costs at most two lines in 10 s. Nothing here costs a system call while all
 * is well. */
#ifndef REAP_ECHO_TROUBLE_H
#define REAP_ECHO_TROUBLE_H

#include "common/shortage.h"

/* Says `what: reason` (complain_of_call), or counts it. The text is the kind: it has
 * fewer than 64 bytes and does not vary. Preserves errno. */
void trouble(const char *what, enum shortage_call call, int error);

/* A client is served: says `what: N more times` of the kinds whose 10 s are over, and
 * forgets them. */
void trouble_over(void);

/* The server ends: says the counts that are left. Async-signal-safe; to be called by
 * whom no trouble() can interrupt: trouble() holds the stop off (stop.h). */
void trouble_tell(void);

#endif
