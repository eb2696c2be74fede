/* A count over the last minutes, in equal steps of time. */
#ifndef REAP_WATCH_HISTORY_H
#define REAP_WATCH_HISTORY_H

#include <stddef.h>
#include <stdint.h>

enum { HISTORY_STEPS = 240 };

/* 26 columns, the narrowest panel, show two minutes. */
#define HISTORY_STEP_NS (5 * NS_PER_SECOND)

/* Zero before first use. */
struct history {
	uint32_t most[HISTORY_STEPS]; /* a ring; the most in each step */
	size_t count;                 /* steps that hold something */
	size_t last;                  /* the step of now */
	int64_t step;                 /* its number, counted by the clock */
};

/* Notes the count at that time (CLOCK_MONOTONIC). A step without a note, as
 * when reaptop was stopped, keeps the count before it. */
void history_note(struct history *history, int64_t now, size_t count);

/* Returns the highest count `back` steps before the last; -1 if not known. */
int64_t history_at(const struct history *history, size_t back);

#endif
