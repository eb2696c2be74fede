/* The demo's player. Every step ends in a state that is known beforehand; it is
 * waited for, by looking at /proc through a watch of its own, and if it does
 * not come the demo says so instead of showing wrong numbers. */
#include "reaptop/demo/demo.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/clock.h"
#include "reaptop/complain.h"
#include "reaptop/demo/expectation.h"
#include "reaptop/demo/script.h"
#include "reaptop/demo/stage.h"

/* More zombies than this teach nothing, and fill the process table. */
enum { ZOMBIES_MAX = 200 };

static const int64_t poll_interval = 20 * NS_PER_MS;
static const int64_t patience_per_wait = 8 * NS_PER_SECOND;
static const int64_t patience_in_all = 18 * NS_PER_SECOND;
static const int64_t pause_between_clients = NS_PER_SECOND / 2;
static const int64_t pause_after_step = 3 * NS_PER_SECOND;

struct demo {
	struct stage stage;
	const struct demo_script *script;
	size_t step;
	int started; /* of the step's clients; -1: the step has not begun */
	bool for_people;
	bool paused; /* before the next client */
	bool over;
	struct expectation expected; /* at the end of the step */
	int64_t next;
	int64_t last; /* time of the last step, and what is left to wait */
	int64_t patience;
	int64_t patience_left;
	char caption[STAGE_WHY_SIZE + 32];
};

static enum demo_news fail(struct demo *demo)
{
	demo->over = true;
	stage_thaw(&demo->stage); /* people may look on: leave none frozen */
	snprintf(demo->caption, sizeof demo->caption, "The demo ends here: %s",
		 demo->stage.why);
	return DEMO_FAILED;
}

struct demo *demo_open(bool for_people)
{
	struct demo *demo = calloc(1, sizeof *demo);
	if (demo == NULL) {
		complain_errno("demo", errno);
		return NULL;
	}
	demo->script = demo_script();
	demo->started = -1;
	demo->for_people = for_people;
	demo->patience_left = patience_in_all;
	demo->last = clock_now(CLOCK_MONOTONIC);
	if (stage_open(&demo->stage) != 0) {
		complain("demo", demo->stage.why);
		(void)launch_end_all(); /* it failed already */
		demo_close(demo);
		return NULL;
	}
	return demo;
}

void demo_close(struct demo *demo)
{
	if (demo == NULL)
		return;
	stage_close(&demo->stage);
	free(demo);
}

int demo_add_to(struct demo *demo, struct watch *watch)
{
	if (stage_add_to(&demo->stage, watch) == 0)
		return 0;
	complain("demo", demo->stage.why);
	return -1;
}

void demo_tell_ends(const struct demo *demo, struct watch *watch)
{
	for (int i = 0; i < STAGE_SERVERS; i++) {
		const struct launched *program =
			&demo->stage.servers[i].program;
		struct server *server = watch_find(watch, program->pid);
		if (program->ended && server != NULL)
			server_ended_with(server, program->exit_status);
	}
}

static const struct demo_step *current(const struct demo *demo)
{
	return &demo->script->steps[demo->step];
}

/* 1 once all servers are as expected and their clients too, 0 before, -1 when
 * that will not come. */
static int check_progress(struct demo *demo)
{
	enum demo_action action = current(demo)->action;
	struct stage *stage = &demo->stage;
	if (stage_check_servers(stage) != 0)
		return -1;
	int ended = stage_clients_ended(stage, action == DEMO_LEAVE ||
						       action == DEMO_THAW);
	if (ended < 0)
		return -1;
	if (watch_sample(&stage->watch, SIZE_MAX) != 0) {
		snprintf(stage->why, sizeof stage->why, "/proc: %s",
			 strerror(errno));
		return -1;
	}
	const struct expectation *expected = &demo->expected;
	bool clients_left = ended == 1;
	bool met = expectation_met(expected, stage) &&
		   clients_left == (expected->live == 0);
	if (met)
		return 1;
	if (demo->patience > 0 && demo->patience_left > 0)
		return 0;
	expectation_explain(expected, stage);
	return -1;
}

/* Sets the step, or the next client of it, going. 0, or -1. */
static int act(struct demo *demo)
{
	const struct demo_step *step = current(demo);
	struct stage *stage = &demo->stage;
	demo->patience = patience_per_wait;
	switch (step->action) {
	case DEMO_ONE_BY_ONE:
		demo->started++;
		demo->expected.clients++;
		expectation_of_exits(&demo->expected, stage, 1);
		return stage_start_clients(stage, 1, false);
	case DEMO_HOLD:
		demo->expected.clients += step->clients;
		demo->expected.live = step->clients;
		return stage_start_clients(stage, step->clients, true);
	case DEMO_FREEZE:
		demo->expected.frozen = true;
		return stage_signal_servers(stage, SIGSTOP);
	case DEMO_LEAVE:
		demo->expected.live = 0;
		for (int i = 0; i < STAGE_SERVERS; i++)
			demo->expected.zombies[i] += step->clients;
		stage_end_clients(stage);
		return 0;
	default:
		demo->expected.frozen = false;
		for (int i = 0; i < STAGE_SERVERS; i++)
			demo->expected.zombies[i] -= step->clients;
		expectation_of_exits(&demo->expected, stage, step->clients);
		return stage_signal_servers(stage, SIGCONT);
	}
}

static enum demo_news stop_with_enough(struct demo *demo)
{
	demo->over = true;
	snprintf(demo->caption, sizeof demo->caption,
		 "%d zombies are enough: no more clients. q ends the servers, "
		 "and all is reaped",
		 demo->expected.zombies[0]);
	return DEMO_DONE;
}

/* Goes on to the next step, or round again, or ends. */
static enum demo_news advance(struct demo *demo, int64_t now)
{
	demo->started = -1;
	demo->step++;
	if (demo->for_people)
		demo->next = now + pause_after_step;
	if (demo->step < demo->script->count)
		return DEMO_SCENE;
	if (!demo->for_people) {
		demo->over = true;
		return DEMO_DONE;
	}
	demo->step = demo->script->again;
	if (demo->expected.zombies[0] +
		    demo_script_clients(demo->script, demo->step) >
	    ZOMBIES_MAX)
		return stop_with_enough(demo);
	return DEMO_SCENE;
}

static enum demo_news begin(struct demo *demo)
{
	demo->started = 0;
	snprintf(demo->caption, sizeof demo->caption, "%zu/%zu %s",
		 demo->step + 1, demo->script->count, current(demo)->caption);
	return act(demo) == 0 ? DEMO_GOING : fail(demo);
}

/* Time runs only while we do: not while suspended with Ctrl-Z. */
static void let_time_pass(struct demo *demo, int64_t now)
{
	int64_t passed = now - demo->last;
	if (passed > 5 * poll_interval)
		passed = 5 * poll_interval;
	demo->last = now;
	demo->patience -= passed;
	if (!demo->for_people)
		demo->patience_left -= passed;
}

enum demo_news demo_step(struct demo *demo)
{
	int64_t now = clock_now(CLOCK_MONOTONIC);
	if (demo->over)
		return DEMO_GOING;
	let_time_pass(demo, now);
	demo->next = now + poll_interval;
	if (demo->started < 0)
		return begin(demo);
	int progress = check_progress(demo);
	if (progress < 0)
		return fail(demo);
	if (progress == 0)
		return DEMO_GOING;
	const struct demo_step *step = current(demo);
	if (step->action != DEMO_ONE_BY_ONE || demo->started == step->clients)
		return advance(demo, now);
	demo->paused = demo->for_people && !demo->paused;
	if (demo->paused)
		demo->next = now + pause_between_clients;
	else if (act(demo) != 0)
		return fail(demo);
	return DEMO_GOING;
}

int64_t demo_next(const struct demo *demo)
{
	return demo->over ? INT64_MAX : demo->next;
}

const char *demo_caption(const struct demo *demo)
{
	return demo->caption;
}

const char *demo_why(const struct demo *demo)
{
	return demo->stage.why;
}

int demo_clients(const struct demo *demo)
{
	return demo->expected.clients;
}
