/* What came of one run, in a form that can be compared with another run, and sent from
 * one process to another. Read next: judge.h. */
#ifndef REAP_MOMENTS_FACTS_H
#define REAP_MOMENTS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FACTS_CHILDREN_MAX = 64,
	FACTS_CLIENTS_MAX = 8,
};

/* Whether the run was played to its end. */
enum outcome {
	OUTCOME_PLAYED,
	OUTCOME_ENDED,    /* the parent ended */
	OUTCOME_SPINS,    /* the parent never sleeps */
	OUTCOME_BURNS,    /* a child or another process never sleeps */
	OUTCOME_UNSERVED, /* a client got nothing, and nothing moves */
	OUTCOME_CROWD,    /* more processes than a run may have */
	OUTCOME_LOST,     /* the explorer could not play it; errno says why */
	OUTCOME_NO_START, /* the command could not be started */
	OUTCOME_NO_LISTENER,
	OUTCOME_PREFORK, /* there are children before the first client */
	OUTCOME_DEVIATED /* it took another path than the plan */
};

struct served {
	size_t got;
	uint32_t bytes; /* hash of what the client received */
	bool fin;
	int released; /* children that had to die before the client was served */
};

struct facts {
	enum outcome outcome;
	int error;  /* errno */
	int phase;  /* in which the run ended early */
	int status; /* of the parent, as waitpid(2) gives it */
	/* An interpreter runs the program's handlers between two of its own
	 * instructions: one that starts just before a call runs after the call,
	 * however long that waits (the documentation of Python's module signal,
	 * "Execution of Python signal handlers"; perlipc(1), "Deferred Signals"). */
	bool interpreted;
	bool died_before_call; /* a child of the plan did */
	bool sets_timer;       /* the parent has: it ends in real time */
	int clients;
	int children;
	struct served served[FACTS_CLIENTS_MAX]; /* each came alone ... */
	struct served again[FACTS_CLIENTS_MAX];  /* ... and all at once */
	/* Sets of children; bit 0 is child 1. */
	uint64_t lingered; /* zombies when all slept at the end of a phase */
	uint64_t zombies;  /* at the end */
	uint64_t alive;    /* at the end */
	int calls;         /* of the parent, in all */
};

#endif
