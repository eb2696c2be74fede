/* The main loop. It waits in one place only, in ppoll(2), which is also the
 * only place where signals come in. */
#include "reaptop/run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/act/frozen.h"
#include "reaptop/act/stopped.h"
#include "reaptop/clock.h"
#include "reaptop/complain.h"
#include "reaptop/print.h"
#include "reaptop/run_loop.h"
#include "reaptop/screen/terminal.h"
#include "reaptop/signals.h"
#include "reaptop/version.h"

/* On the screen a huge event log is caught up with bit by bit. */
enum { SCREEN_LOG_BUDGET = 8 << 20 };

static void fail(struct loop *loop, const char *what, const char *why)
{
	loop->done = true;
	loop->exit_status = EXIT_FAILED;
	struct run_failure *failure = loop->failure;
	snprintf(failure->what, sizeof failure->what, "%s", what);
	snprintf(failure->why, sizeof failure->why, "%s", why);
}

/* Of printing, which gave 0 or -1. A reader who has gone has read enough. */
static void take_result(struct loop *loop, int result)
{
	if (result != 0 && errno == EPIPE)
		loop->done = true;
	else if (result != 0)
		fail(loop, "standard output", strerror(errno));
}

/* What was done is told first, then what is stopped and how to thaw it, which
 * must not go unsaid; then what the demo does, or the command says. The demo says
 * itself what it has stopped. */
static const char *message_of(const struct loop *loop,
			      char text[STOPPED_TEXT_SIZE])
{
	const struct run *run = loop->run;
	const char *deeds = actions_message(run->actions);
	if (deeds[0] != '\0')
		return deeds;
	const struct actions_subject selected = loop_selection(loop);
	if (stopped_describe(run->watch, &selected, run->options->read_only,
			     run->demo != NULL, text))
		return text;
	if (loop->paused)
		return "Paused: space goes on, . takes one sample";
	return run->demo != NULL ? demo_caption(run->demo) : loop->message;
}

void loop_draw(struct loop *loop)
{
	const struct run *run = loop->run;
	char title[DEMO_TITLE_SIZE], stopped[STOPPED_TEXT_SIZE];
	const struct screen_text text = {
		.title = run->demo != NULL ? demo_title(run->demo, title) : "",
		.message = message_of(loop, stopped),
		.prompt = actions_prompt(run->actions),
		.delay = loop->delay,
		.paused = loop->paused,
		.read_only = run->options->read_only,
	};
	screen_draw(run->screen, run->watch, &text);
}

/* How something ended that we started is known to us alone, its parent. */
static void tell_ends(const struct run *run)
{
	launch_reap();
	for (size_t i = 0; i < run->watch->count; i++) {
		struct server *server = &run->watch->servers[i];
		int exit_status;
		if (launch_has_ended(server->stat.pid, &exit_status))
			server_ended_with(server, exit_status);
	}
}

/* True when there will be no more to see. */
static bool all_ended(const struct run *run)
{
	return watch_all_ended(run->watch) &&
	       (run->command == NULL || run->command->ended);
}

void loop_sample(struct loop *loop)
{
	const struct run *run = loop->run;
	const struct options *options = run->options;
	size_t budget = run->screen != NULL ? SCREEN_LOG_BUDGET : SIZE_MAX;
	tell_ends(run);
	if ((run->parents != NULL &&
	     zombie_parents_find(run->parents, run->watch) != 0) ||
	    watch_sample(run->watch, budget) != 0) {
		fail(loop, "/proc", strerror(errno));
		return;
	}
	if (run->parents != NULL)
		zombie_parents_drop_others(run->watch);
	frozen_follow(run->watch->proc);
	if (run->screen != NULL) {
		screen_sampled(run->screen, run->watch);
		loop_draw(loop);
	} else {
		take_result(loop, print_sample(&loop->printer, run));
	}
	if (options->samples != 0 && run->watch->number >= options->samples)
		loop->done = true;
	if (run->screen == NULL && all_ended(run))
		loop->done = true;
}

/* Samples are due at even distances; those that were missed are left out. */
static void sample_if_due(struct loop *loop, int64_t now)
{
	if (loop->paused || now < loop->next_sample)
		return;
	loop->next_sample += loop->delay;
	if (loop->next_sample <= now)
		loop->next_sample = now + loop->delay;
	loop_sample(loop);
}

static void step_demo(struct loop *loop, int64_t now)
{
	const struct run *run = loop->run;
	if (run->demo == NULL || now < demo_next(run->demo))
		return;
	enum demo_news news = demo_step(run->demo);
	if (news == DEMO_FAILED) {
		fail(loop, "demo", demo_why(run->demo));
		/* On the screen people may go on looking. */
		loop->done = run->screen == NULL;
	}
	if (news == DEMO_GOING)
		return;
	if (!loop->done)
		loop_sample(loop);
	if (news != DEMO_DONE && news != DEMO_ENDED)
		return;
	loop->demo_over = news == DEMO_DONE;
	if (run->screen == NULL && loop->exit_status == EXIT_DONE) {
		take_result(loop, print_summary(&loop->printer, run));
		loop->done = loop->done || loop->demo_over;
	}
}

static void take_signals(struct loop *loop)
{
	const struct run *run = loop->run;
	if (signals_take_child())
		launch_reap();
	if (signals_end_asked()) {
		loop->done = true;
		if (run->demo != NULL && run->screen == NULL &&
		    !loop->demo_over)
			fail(loop, "demo", "interrupted before its end");
	}
	if (run->screen == NULL)
		return;
	if (signals_take_stop()) {
		terminal_suspend();
		loop_draw(loop);
	}
	if (signals_take_continue()) {
		terminal_repaint();
		loop_draw(loop);
	}
	if (signals_take_resize())
		loop_draw(loop);
}

static void step_actions(struct loop *loop, int64_t now)
{
	const struct run *run = loop->run;
	if (run->actions != NULL && now >= actions_next(run->actions) &&
	    actions_step(run->actions))
		loop_draw(loop);
}

static void take_command_output(struct loop *loop)
{
	struct launched *command = loop->run->command;
	if (command == NULL)
		return;
	launch_read_output(command);
	if (command->last_line[0] == '\0')
		return;
	snprintf(loop->message, sizeof loop->message, "It says: %s",
		 command->last_line);
	if (loop->run->screen != NULL)
		loop_draw(loop);
}

static int64_t wake_at(const struct loop *loop)
{
	const struct run *run = loop->run;
	/* Text of the demo follows its steps, not the clock. */
	bool by_steps = run->demo != NULL && run->screen == NULL;
	int64_t at = by_steps || loop->paused ? INT64_MAX : loop->next_sample;
	if (run->demo != NULL && demo_next(run->demo) < at)
		at = demo_next(run->demo);
	if (run->actions != NULL && actions_next(run->actions) < at)
		at = actions_next(run->actions);
	if (run->screen != NULL && screen_next(run->screen) < at)
		at = screen_next(run->screen);
	return at;
}

/* Waits until something is due or comes in, and takes in what came. */
static void wait_and_take(struct loop *loop)
{
	const struct run *run = loop->run;
	enum { KEYS, READER, COMMAND, COUNT };
	struct pollfd fds[COUNT] = {
		/* A screen that hangs up, or a reader who leaves, ends it. */
		[KEYS] = {.fd = run->screen != NULL ? STDIN_FILENO : -1,
			  .events = POLLIN},
		[READER] = {.fd = run->screen != NULL ? -1 : STDOUT_FILENO},
		[COMMAND] = {.fd = run->command != NULL ? run->command->output
							: -1,
			     .events = POLLIN},
	};
	/* Asked while it wrote: then there is nothing to wait for. */
	struct timespec span = clock_span(
		signals_end_asked()
			? 0
			: wake_at(loop) - clock_now(CLOCK_MONOTONIC));
	int ready = ppoll(fds, COUNT, &span, signals_while_waiting());
	take_signals(loop);
	if (ready < 0)
		return;
	if (fds[READER].revents != 0)
		loop->done = true;
	if (fds[COMMAND].revents != 0)
		take_command_output(loop);
	if (run->screen != NULL &&
	    ((fds[KEYS].revents & POLLIN) != 0 ||
	     screen_next(run->screen) <= clock_now(CLOCK_MONOTONIC)))
		loop_take_keys(loop);
	if (fds[KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
		loop->done = true;
}

static void go_on(struct loop *loop)
{
	const struct run *run = loop->run;
	bool by_steps = run->demo != NULL && run->screen == NULL;
	loop->next_sample = clock_now(CLOCK_MONOTONIC);
	while (!loop->done) {
		int64_t now = clock_now(CLOCK_MONOTONIC);
		step_demo(loop, now);
		step_actions(loop, now);
		if (!by_steps && !loop->done)
			sample_if_due(loop, now);
		if (!loop->done)
			wait_and_take(loop);
	}
}

int run_until_done(const struct run *run, struct run_failure *failure)
{
	/* Not on the stack: where no memory is left (ulimit -v), a stack that
	 * has to grow ends the program by SIGSEGV, and says nothing. */
	struct loop *loop = calloc(1, sizeof *loop);
	if (loop == NULL) {
		snprintf(failure->what, sizeof failure->what, "start");
		snprintf(failure->why, sizeof failure->why, "%s",
			 strerror(errno));
		return EXIT_FAILED;
	}
	loop->run = run;
	loop->failure = failure;
	loop->delay = run->options->delay;
	failure->what[0] = '\0';
	go_on(loop);
	int exit_status = loop->exit_status;
	printer_free(&loop->printer);
	free(loop);
	return exit_status;
}
