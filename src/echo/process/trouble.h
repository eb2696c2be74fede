/* Failures that each client may cause: without a limit, clients could fill stderr. The
 * first failure of a kind is reported, and later ones are counted. The count is reported
 * with the first success at least 10 s after the first failure, or when the server ends.
 * So a kind gets at most two lines in 10 s. Without failures nothing here makes a system
 * call. */
#ifndef REAP_ECHO_PROCESS_TROUBLE_H
#define REAP_ECHO_PROCESS_TROUBLE_H

#include "common/shortage.h"

/* Reports `what: reason` (complain_of_call), or counts it. The text `what` is the kind:
 * it has fewer than 64 bytes and does not vary. Preserves errno. */
void trouble(const char *what, enum shortage_call call, int error);

/* Call this when a client is served. Reports `what: N more times` for each kind whose
 * 10 s are over, and forgets the kind. */
void trouble_over(void);

/* Reports the remaining counts when the server ends. Async-signal-safe. The caller holds
 * the stop (stop.h), so that no trouble() is interrupted by it. */
void trouble_tell(void);

#endif
