/* A count over the last minutes, in equal steps of time. */
#include "reaptop/watch/history.h"

#include "reaptop/clock.h"

static void begin_step(struct history *history, uint32_t count)
{
	history->last = (history->last + 1) % HISTORY_STEPS;
	history->most[history->last] = count;
	if (history->count < HISTORY_STEPS)
		history->count++;
}

void history_note(struct history *history, int64_t now, size_t count)
{
	int64_t step = now / HISTORY_STEP_NS;
	uint32_t value = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
	if (history->count == 0)
		history->step = step - 1; /* the first step begins */
	/* After a long pause one round of the ring is all there is to fill. */
	if (step - history->step > HISTORY_STEPS)
		history->step = step - HISTORY_STEPS;
	uint32_t before = history->most[history->last];
	while (history->step < step) {
		history->step++;
		begin_step(history, history->step == step ? value : before);
	}
	if (value > history->most[history->last])
		history->most[history->last] = value;
}

int64_t history_at(const struct history *history, size_t back)
{
	if (back >= history->count)
		return -1;
	size_t at = history->last + HISTORY_STEPS - back;
	return history->most[at % HISTORY_STEPS];
}
