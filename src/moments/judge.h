/* Judges a run by the server's own undisturbed run, and by nothing else. */
#ifndef REAP_MOMENTS_JUDGE_H
#define REAP_MOMENTS_JUDGE_H

#include "moments/facts.h"

#include <stdbool.h>

enum verdict {
	VERDICT_CORRECT,
	VERDICT_INTERPRETER, /* the interpreter's fault, not the program's */
	VERDICT_ENDS,
	VERDICT_SPINS,
	VERDICT_BURNS,
	VERDICT_UNSERVED,
	VERDICT_WRONG_REPLY,
	VERDICT_NO_FIN,
	VERDICT_CHILD_TOO_MANY,
	VERDICT_CHILD_LEFT,
	VERDICT_NEEDS_DEATH,
	VERDICT_STAYS,
	VERDICT_LINGERS,
	VERDICT_COUNT, /* of those above: what a server can do */
	VERDICT_DEVIATED = VERDICT_COUNT,
	VERDICT_LOST,
};

bool verdict_is_wrong(enum verdict verdict);

/* Returns what differs from the undisturbed run: the worst of it. */
enum verdict judge(const struct facts *undisturbed, const struct facts *run);

/* Why one cannot be explored that sets a timer, and whose runs differ. */
extern const char judge_needs_timer[];

/* Returns why a server cannot be explored although nobody disturbed it, or NULL. */
const char *judge_undisturbed(const struct facts *facts);

#endif
