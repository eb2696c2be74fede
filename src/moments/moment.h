/* A moment: one place in the run of a server's parent where a child can die, and a
 * plan: which children die at which moments. Read next: run.h. */
#ifndef REAP_MOMENTS_MOMENT_H
#define REAP_MOMENTS_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the parent stands to a system call. The letters are part of a plan's text. */
enum moment_kind {
	MOMENT_BEFORE = 'B', /* the next instruction makes the call */
	MOMENT_ENTERED =
		'E', /* the kernel has the call, and has not begun it */
	MOMENT_RETURNED = 'X', /* the kernel is about to return from the call */
	MOMENT_SIGNAL = 'S',   /* a signal's handler is about to start */
	MOMENT_ASLEEP = 'Z',   /* the call waits, and nothing else runs */
};

/* Where the parent stands. Phases count the clients, then the children that are let
 * go. Calls are counted within a phase. */
struct moment {
	int phase;
	int call;
	enum moment_kind kind;
	int number; /* of the system call, or of the signal */
	/* Statements since the call returned or the handler started; 0 is the
	 * moment itself. For MOMENT_ASLEEP: how often the parent slept before. */
	int step;
	uint32_t path; /* hash of all calls up to here; 0 is unknown */
};

struct placement {
	struct moment at;
	int child; /* from 1, in the order of their forks */
};

enum { PLAN_DEATHS_MAX = 2 };

struct plan {
	int count;
	struct placement deaths[PLAN_DEATHS_MAX];
};

/* Room for a plan's text and its NUL. */
enum { PLAN_TEXT_SIZE = 128 };

/* Returns whether both are one moment of the same run, whatever their paths. */
bool moment_same(const struct moment *one, const struct moment *other);

/* Writes the plan as `2.4.B.43.0=1`, two deaths with a comma between. */
const char *plan_format(const struct plan *plan, char text[PLAN_TEXT_SIZE]);

/* Reads such a text. Returns 0, or -1 if it is no plan. */
int plan_parse(const char *text, struct plan *plan);

/* Adds one call to the hash of a path. */
uint32_t path_add(uint32_t path, int phase, int number, char kind);

#endif
