/* The demo's player. Each step ends in a state that is known beforehand. The
 * demo waits for this state, and looks at /proc through a watch of its own. If
 * the state does not come, the demo says so instead of showing wrong
 * numbers. */
#include "reaptop/demo/demo.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/complain.h"
#include "common/shortage.h"
#include "reaptop/demo/script.h"
#include "reaptop/demo/stage.h"

/* What must be true of the servers at the end of a step. */
struct expectation {
	int clients; /* all there were so far, to each server */
	int live;    /* children, of each server */
	bool frozen; /* each server */
	bool killed; /* each server: then what it had counts as adopted */
	int zombies[STAGE_SERVERS_MAX];
	int adopted_live; /* of all servers */
	int adopted_zombies;
};

struct demo {
	struct stage stage;
	struct watch *watch;
	struct demo_plan plan;
	size_t next_scene; /* of the plan */
	int number;        /* of the scene */
	const struct demo_scene *scene;
	size_t step;
	int started; /* of the step's clients; -1: the step has not begun */
	bool waits_between; /* before the next client */
	bool held;          /* by the user: no step begins */
	bool over;
	struct expectation expected; /* at the end of the step */
	int64_t next;
	int64_t last; /* time of the last step, and what is left to wait */
	int64_t patience;
	int64_t patience_left;
	char caption[STAGE_WHY_SIZE + 32];
};

/* More zombies than this teach nothing, and fill the process table. */
enum { ZOMBIES_MAX = 200 };

static const int64_t poll_interval = 20 * NS_PER_MS;
static const int64_t patience_per_wait = 8 * NS_PER_SECOND;
static const int64_t patience_in_all = 18 * NS_PER_SECOND;
static const int64_t pause_between_clients = NS_PER_SECOND / 2;
/* Time to look; in a scene also to talk, so that it takes about a minute. */
static const int64_t pause_after_step = 3 * NS_PER_SECOND;
static const int64_t pause_to_talk = 7 * NS_PER_SECOND;

/* Expects children of each server to exit, with one SIGCHLD. The handler runs
 * at once, unless the server is frozen. */
static void expect_exits(struct expectation *expected,
			 const struct stage *stage, int exits)
{
	for (int i = 0; i < stage->count; i++)
		expected->zombies[i] +=
			expected->frozen
				? exits
				: reaping_leaves(stage->servers[i].reaping,
						 exits);
}

static void expect_thaw(struct expectation *expected, const struct stage *stage,
			int exits)
{
	expected->frozen = false;
	for (int i = 0; i < stage->count; i++)
		expected->zombies[i] -= exits;
	expect_exits(expected, stage, exits);
}

static void expect_kill(struct expectation *expected, const struct stage *stage)
{
	expected->killed = true;
	expected->adopted_live = expected->live * stage->count;
	expected->live = 0;
	for (int i = 0; i < stage->count; i++) {
		expected->adopted_zombies += expected->zombies[i];
		expected->zombies[i] = 0;
	}
}

/* Changes what is expected by what a step does. A step of clients one by one is
 * added client by client. */
static void expectation_add(struct expectation *expected,
			    const struct stage *stage,
			    const struct demo_step *step)
{
	switch (step->action) {
	case DEMO_ONE_BY_ONE:
		expected->clients++;
		expect_exits(expected, stage, 1);
		break;
	case DEMO_HOLD:
		expected->clients += step->clients;
		expected->live = step->clients;
		break;
	case DEMO_FREEZE:
		expected->frozen = true;
		break;
	case DEMO_LEAVE:
		if (!expected->killed)
			expect_exits(expected, stage, step->clients);
		expected->live = 0;
		expected->adopted_zombies += expected->adopted_live;
		expected->adopted_live = 0;
		break;
	case DEMO_THAW:
		expect_thaw(expected, stage, step->clients);
		break;
	case DEMO_KILL:
		expect_kill(expected, stage);
		break;
	case DEMO_REAP:
		expected->adopted_zombies = 0;
		break;
	}
}

/* Returns whether the log has all forks and reaps. Its lines are written a
 * moment after these. */
static bool log_is_complete(const struct expectation *expected,
			    const struct server *server)
{
	if (server->log == NULL)
		return true;
	const struct event_counts *counts = event_log_counts(server->log);
	size_t unreaped = server->children.zombies + server->children.live;
	if (counts->forked != (uint64_t)expected->clients)
		return false;
	return expected->killed || counts->reaped + unreaped == counts->forked;
}

static bool met_by(const struct expectation *expected,
		   const struct stage *stage, int i)
{
	const struct server *server = &stage->watch.servers[i];
	return server->children.live == (size_t)expected->live &&
	       server->children.zombies == (size_t)expected->zombies[i] &&
	       server->ended == expected->killed &&
	       server_is_frozen(server) == expected->frozen &&
	       log_is_complete(expected, server);
}

/* Compares the zombies that reaptop adopted. Its live children include the
 * clients, so of these there may be more. */
static bool met_by_adopter(const struct expectation *expected,
			   const struct stage *stage)
{
	if (!stage->with_adopter || !expected->killed)
		return true;
	const struct server *self = &stage->watch.servers[stage->count];
	return self->children.zombies == (size_t)expected->adopted_zombies &&
	       self->children.live >= (size_t)expected->adopted_live;
}

/* Returns the first server that is not as expected, their count if that is the
 * adopter, or -1. */
static int find_other(const struct expectation *expected,
		      const struct stage *stage)
{
	for (int i = 0; i < stage->count; i++)
		if (!met_by(expected, stage, i))
			return i;
	return met_by_adopter(expected, stage) ? -1 : stage->count;
}

/* Stores in the stage's `why` what is not as expected. */
static void expectation_explain(const struct expectation *expected,
				struct stage *stage)
{
	int i = find_other(expected, stage);
	if (i < 0) {
		snprintf(stage->why, sizeof(stage->why),
			 "the clients do not do what they are told to");
		return;
	}
	bool adopter = i == stage->count;
	const struct server *server = &stage->watch.servers[i];
	snprintf(stage->why, sizeof(stage->why),
		 "%s: waited for %d live and %d zombies, but there are %zu and "
		 "%zu%s",
		 server->name,
		 adopter ? expected->adopted_live : expected->live,
		 adopter ? expected->adopted_zombies : expected->zombies[i],
		 server->children.live, server->children.zombies,
		 server_is_frozen(server) ? ", and it is frozen" : "");
}

static enum demo_news fail(struct demo *demo)
{
	demo->over = true;
	stage_thaw(&demo->stage); /* people may look on: leave none frozen */
	snprintf(demo->caption, sizeof(demo->caption), "The demo ends here: %s",
		 demo->stage.why);
	return DEMO_FAILED;
}

/* Puts a scene's servers on the stage, which is empty. Returns 0, or -1. */
static int begin_scene(struct demo *demo, int number)
{
	demo->number = number;
	demo->scene = demo_scene(number);
	demo->step = 0;
	demo->started = -1;
	demo->waits_between = false;
	demo->over = false;
	demo->expected = (struct expectation){0};
	demo->patience_left = patience_in_all;
	demo->next = demo->last = clock_now(CLOCK_MONOTONIC);
	snprintf(demo->caption, sizeof(demo->caption),
		 "%zu steps, about a minute. Space stops and goes on",
		 demo->scene->count);
	watch_clear(demo->watch);
	if (stage_open(&demo->stage, &demo->scene->cast) != 0)
		return -1;
	return stage_add_to(&demo->stage, demo->watch);
}

/* Does the same where another scene may be on the stage. */
static int change_scene(struct demo *demo, int number)
{
	if (launch_end_all() != 0) {
		snprintf(demo->stage.why, sizeof(demo->stage.why),
			 "the servers of the last scene do not die");
		return -1;
	}
	stage_close(&demo->stage);
	return begin_scene(demo, number);
}

struct demo *demo_open(const struct demo_plan *plan, struct watch *watch)
{
	struct demo *demo = calloc(1, sizeof(*demo));
	if (demo == NULL) {
		complain_errno("demo", errno);
		return NULL;
	}
	demo->plan = *plan;
	demo->watch = watch;
	demo->next_scene = 1;
	if (begin_scene(demo,
			plan->count > 0 ? plan->scenes[0] : DEMO_SCENES) != 0) {
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

static const struct demo_step *current(const struct demo *demo)
{
	return &demo->scene->steps[demo->step];
}

/* Returns 1 once all servers and their clients are as expected, 0 before, and
 * -1 if that does not happen in time. */
static int check_progress(struct demo *demo)
{
	struct stage *stage = &demo->stage;
	if (stage_check_servers(stage) != 0)
		return -1;
	int ended = stage_clients_ended(stage);
	if (ended < 0)
		return -1;
	if (watch_sample(&stage->watch, SIZE_MAX) != 0) {
		char text[SHORTAGE_TEXT_SIZE];
		snprintf(stage->why, sizeof(stage->why), "/proc: %s",
			 shortage_text(SHORTAGE_ANY_CALL, errno, text));
		return -1;
	}
	const struct expectation *expected = &demo->expected;
	bool none_left = expected->live == 0 && expected->adopted_live == 0;
	bool met = find_other(expected, stage) < 0 && (ended == 1) == none_left;
	if (met)
		return 1;
	if (demo->patience > 0 && demo->patience_left > 0)
		return 0;
	expectation_explain(expected, stage);
	return -1;
}

/* Begins the step, or starts its next client. Returns 0, or -1. */
static int act(struct demo *demo)
{
	const struct demo_step *step = current(demo);
	struct stage *stage = &demo->stage;
	demo->patience = patience_per_wait;
	expectation_add(&demo->expected, stage, step);
	switch (step->action) {
	case DEMO_ONE_BY_ONE:
		demo->started++;
		return stage_start_clients(stage, 1, false);
	case DEMO_HOLD:
		return stage_start_clients(stage, step->clients, true);
	case DEMO_FREEZE:
		return stage_signal_servers(stage, SIGSTOP);
	case DEMO_LEAVE:
		stage_end_clients(stage);
		return 0;
	case DEMO_THAW:
		return stage_signal_servers(stage, SIGCONT);
	case DEMO_KILL:
		return stage_kill_servers(stage);
	default:
		stage_reap();
		return 0;
	}
}

static enum demo_news begin_step(struct demo *demo)
{
	demo->started = 0;
	snprintf(demo->caption, sizeof(demo->caption), "%zu/%zu %s",
		 demo->step + 1, demo->scene->count, current(demo)->caption);
	return act(demo) == 0 ? DEMO_GOING : fail(demo);
}

static enum demo_news stop_with_enough(struct demo *demo)
{
	demo->over = true;
	snprintf(demo->caption, sizeof(demo->caption),
		 "%d zombies are enough: no more clients. q ends the servers, "
		 "and all is reaped",
		 demo->expected.zombies[0]);
	return DEMO_DONE;
}

/* Repeats the scene, goes on to the next, or ends the demo. */
static enum demo_news end_scene(struct demo *demo)
{
	bool again = demo->plan.count == 0 && demo->plan.for_people;
	int more = demo_scene_clients(demo->scene);
	if (again && demo->expected.zombies[0] + more > ZOMBIES_MAX)
		return stop_with_enough(demo);
	if (again) {
		demo->step = 0;
		return DEMO_STATE;
	}
	if (demo->next_scene < demo->plan.count)
		return DEMO_ENDED;
	demo->over = true;
	return DEMO_DONE;
}

/* Ends the step. */
static enum demo_news advance(struct demo *demo, int64_t now)
{
	demo->started = -1;
	demo->step++;
	if (demo->plan.for_people)
		demo->next = now + (demo->plan.count == 0 ? pause_after_step
							  : pause_to_talk);
	return demo->step < demo->scene->count ? DEMO_STATE : end_scene(demo);
}

/* Begins the next step, or the next scene. */
static enum demo_news begin(struct demo *demo)
{
	if (demo->step < demo->scene->count)
		return begin_step(demo);
	if (change_scene(demo, demo->plan.scenes[demo->next_scene++]) != 0)
		return fail(demo);
	return DEMO_GOING;
}

/* Counts the time that has passed, but not while suspended with Ctrl-Z. */
static void let_time_pass(struct demo *demo, int64_t now)
{
	int64_t passed = now - demo->last;
	if (passed > 5 * poll_interval)
		passed = 5 * poll_interval;
	demo->last = now;
	demo->patience -= passed;
	if (!demo->plan.for_people)
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
	demo->waits_between = demo->plan.for_people && !demo->waits_between;
	if (demo->waits_between)
		demo->next = now + pause_between_clients;
	else if (act(demo) != 0)
		return fail(demo);
	return DEMO_GOING;
}

int64_t demo_next(const struct demo *demo)
{
	bool waits = demo->over || (demo->held && demo->started < 0);
	return waits ? INT64_MAX : demo->next;
}

bool demo_take_key(struct demo *demo, int key)
{
	if (key >= '1' && key < '1' + DEMO_SCENES) {
		static const int chosen[] = {1, 2, 3, 4, 5};
		/* From now on that scene alone. */
		demo->plan.scenes = &chosen[key - '1'];
		demo->plan.count = demo->next_scene = 1;
		demo->held = false;
		if (change_scene(demo, key - '0') != 0)
			(void)fail(demo); /* the caption says it */
		return true;
	}
	if (demo->over || (key != ' ' && key != '.'))
		return false;
	demo->held = key == '.' || !demo->held;
	if (key == '.' && demo->started < 0)
		(void)begin(demo); /* a failure: as above */
	demo->next = clock_now(CLOCK_MONOTONIC);
	return true;
}

void demo_interrupt(struct demo *demo)
{
	if (demo->over)
		return;
	demo->over = true;
	snprintf(demo->caption, sizeof(demo->caption),
		 "The servers are yours now. 1 to 5 play a scene from its "
		 "beginning");
}

struct demo_place demo_place(const struct demo *demo)
{
	bool begun = demo->started >= 0;
	return (struct demo_place){
		.scene = demo->number,
		.step = demo->step + (begun ? 1 : 0),
		.steps = demo->scene->count,
	};
}

const char *demo_title(const struct demo *demo, char text[DEMO_TITLE_SIZE])
{
	const char *going = "";
	if (demo->over)
		going = " (end)";
	else if (demo->held)
		going = demo->started < 0 ? " (stopped)" : " (stopping)";
	if (demo->plan.count == 0)
		snprintf(text, DEMO_TITLE_SIZE, "demo%s", going);
	else
		snprintf(text, DEMO_TITLE_SIZE, "Scene %d: %s%s", demo->number,
			 demo->scene->title, going);
	return text;
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
