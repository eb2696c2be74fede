/* Keys: who gets them, and what those do that change the main loop. */
#include "reaptop/run_loop.h"

#include "reaptop/clock.h"

/* To the next of some handy delays, up or down. */
static void change_delay(struct loop *loop, bool slower)
{
	static const int64_t delays_ms[] = {10,   20,    50,    100,
					    200,  500,   1000,  2000,
					    5000, 10000, 20000, 60000};
	size_t count = sizeof delays_ms / sizeof *delays_ms;
	int64_t now = clock_now(CLOCK_MONOTONIC), delay = loop->delay;
	for (size_t i = 0; i < count; i++) {
		size_t at = slower ? i : count - 1 - i;
		int64_t other = delays_ms[at] * NS_PER_MS;
		if (slower ? other > delay : other < delay) {
			loop->delay = other;
			break;
		}
	}
	if (loop->next_sample > now + loop->delay)
		loop->next_sample = now + loop->delay;
}

static void take_screen_key(struct loop *loop, int key)
{
	const struct run *run = loop->run;
	switch (screen_take_key(run->screen, run->watch, key)) {
	case ACTION_QUIT:
		loop->done = true;
		break;
	case ACTION_PAUSE:
		loop->paused = !loop->paused;
		loop->next_sample = clock_now(CLOCK_MONOTONIC);
		break;
	case ACTION_STEP:
		loop->paused = true;
		loop_sample(loop);
		break;
	case ACTION_FASTER:
		change_delay(loop, false);
		break;
	case ACTION_SLOWER:
		change_delay(loop, true);
		break;
	default:
		break;
	}
}

struct actions_subject loop_selection(const struct loop *loop)
{
	const struct run *run = loop->run;
	return (struct actions_subject){
		.server = screen_server(run->screen, run->watch),
		.child = screen_child(run->screen, run->watch),
	};
}

/* Offers a key to who may want it: an open question wants them all. */
static void take_key(struct loop *loop, int key)
{
	const struct run *run = loop->run;
	if (screen_is_typing(run->screen)) {
		take_screen_key(loop, key);
		return;
	}
	const struct actions_subject subject = loop_selection(loop);
	if (actions_take_key(run->actions, key, &subject)) {
		if (run->demo != NULL && actions_take_deed(run->actions))
			demo_interrupt(run->demo);
		return;
	}
	if (run->demo != NULL && demo_take_key(run->demo, key)) {
		actions_hush(run->actions);
		loop->next_sample = 0; /* another scene may be on */
		loop->paused = false;
		return;
	}
	take_screen_key(loop, key);
}

void loop_take_keys(struct loop *loop)
{
	int key;
	screen_read(loop->run->screen);
	while (!loop->done &&
	       (key = screen_next_key(loop->run->screen)) != SCREEN_NO_KEY)
		take_key(loop, key);
	loop->done = loop->done || screen_is_lost(loop->run->screen);
	if (!loop->done)
		loop_draw(loop);
}
