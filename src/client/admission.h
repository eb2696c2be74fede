/* How many sessions may wait for the server's answer at once: few at first,
 * and for each answer one more, up to the concurrency.
 *
 * Without that, all SYNs arrive at one moment, overflow a short listen queue,
 * are sent again at one moment, overflow it again, and so on with doubled
 * waits. It also finds out early that no answer will ever come. */
#ifndef REAP_CLIENT_ADMISSION_H
#define REAP_CLIENT_ADMISSION_H

#include <stdbool.h>
#include <stdint.h>

struct admission {
	uint64_t concurrency;
	uint64_t window;     /* the most that may be unanswered now */
	uint64_t unanswered; /* started, and not all has come back yet */
	uint64_t timeouts_in_a_row;
};

void admission_init(struct admission *admission, uint64_t concurrency);

/* True if one more session may start, as far as answers are concerned. */
bool admission_allows(const struct admission *admission);

/* A session starts. One of the next two follows. */
void admission_start(struct admission *admission);

/* All of it came back, or it failed in a way that shows a server alive. */
void admission_answer(struct admission *admission);

/* It ended without that. */
void admission_withdraw(struct admission *admission);

/* A session is over, after one of these two. */
void admission_end(struct admission *admission, bool timed_out);

/* True if so many sessions in a row timed out that the next ones will, too. */
bool admission_is_hopeless(const struct admission *admission);

#endif
