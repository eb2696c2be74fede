/* The main loop. It waits in one place only, in ppoll(2), which is also the
 * only place where signals come in. */
#include "reaptop/run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/complain.h"
#include "common/shortage.h"
#include "reaptop/act/deeds.h"
#include "reaptop/output/samples.h"
#include "reaptop/screen/frames.h"
#include "reaptop/screen/terminal.h"
#include "reaptop/signals.h"
#include "reaptop/watch/connections.h"

enum {
	/* Bytes of an event log in a sample: on the screen a huge one is read
	 * bit by bit. */
	SCREEN_LOG_BUDGET = 8 << 20,
	DEMO_ROWS = 10, /* lines of children in the demo's text */
};

/* Output for programs: a text or JSON sample, and what it needs. */
struct printer {
	struct output output;
	struct connections connections[WATCH_SERVERS_MAX];
};

struct loop {
	const struct run *run;
	struct printer printer;
	int64_t next_sample;
	int64_t delay; /* between samples */
	bool paused;   /* a sample only when asked for one */
	bool done;
	int exit_status;
	bool demo_over;
	bool asking; /* a question is open, and not on the screen yet */
	struct run_failure *failure;
	char message[LAUNCH_LINE_SIZE + 64];
};

static void printer_free(struct printer *printer)
{
	output_free(&printer->output);
	for (size_t i = 0; i < WATCH_SERVERS_MAX; i++)
		connections_free(&printer->connections[i]);
}

static int sample_connections(struct printer *printer,
			      const struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		if (connections_sample(&printer->connections[i], watch,
				       &watch->servers[i],
				       CONNECTIONS_THOROUGH) != 0)
			return -1;
	return 0;
}

static void add_json(struct printer *printer, const struct run *run)
{
	struct json_scene scene;
	if (run->demo != NULL) {
		const struct demo_place place = demo_place(run->demo);
		scene = (struct json_scene){
			.number = place.scene,
			.step = place.step,
			.steps = place.steps,
			.caption = demo_caption(run->demo),
		};
	}
	json_sample(run->watch, printer->connections,
		    run->demo != NULL ? &scene : NULL, &printer->output);
}

/* Adds the demo in text as it looks on the screen. */
static void add_demo(const struct run *run, struct output *output)
{
	char title[DEMO_TITLE_SIZE];
	if (run->options->scene_count > 0) {
		output_text(output, demo_title(run->demo, title));
		output_text(output, "\n");
	}
	output_text(output, demo_caption(run->demo));
	output_text(output, "\n\n");
	batch_side_by_side(run->watch, DEMO_ROWS, output);
}

/* Prints the last sample, in the form that was asked for. Returns 0, or -1 with
 * errno (EPIPE: the reader has gone). */
static int print_sample(struct printer *printer, const struct run *run)
{
	bool as_json = run->options->output == OUTPUT_JSON;
	if (!as_json && run->demo != NULL)
		add_demo(run, &printer->output);
	else if (sample_connections(printer, run->watch) != 0)
		return -1;
	else if (as_json)
		add_json(printer, run);
	else
		batch_sample(run->watch, printer->connections,
			     &printer->output);
	return output_flush(&printer->output);
}

/* Prints the closing lines of a demo's scene, which only its text has. Returns
 * as print_sample(). */
static int print_summary(struct printer *printer, const struct run *run)
{
	if (run->options->output != OUTPUT_BATCH)
		return 0;
	batch_summary(run->watch, demo_clients(run->demo), &printer->output);
	if (run->options->scene_count > 0)
		output_text(&printer->output, "\n");
	return output_flush(&printer->output);
}

/* Returns the selection on the screen, which there must be. */
static struct deed_subject selection(const struct loop *loop)
{
	const struct run *run = loop->run;
	return (struct deed_subject){
		.server = screen_server(run->screen, run->watch),
		.child = screen_child(run->screen, run->watch),
	};
}

static void fail(struct loop *loop, const char *what, const char *why)
{
	loop->done = true;
	loop->exit_status = EXIT_FAILED;
	struct run_failure *failure = loop->failure;
	snprintf(failure->what, sizeof(failure->what), "%s", what);
	snprintf(failure->why, sizeof(failure->why), "%s", why);
}

static void fail_errno(struct loop *loop, const char *what, int error)
{
	char text[SHORTAGE_TEXT_SIZE];
	fail(loop, what, shortage_text(SHORTAGE_ANY_CALL, error, text));
}

/* Takes the result of printing, 0 or -1. The reader may leave at any time. */
static void take_result(struct loop *loop, int result)
{
	if (result != 0 && errno == EPIPE)
		loop->done = true;
	else if (result != 0)
		fail_errno(loop, "standard output", errno);
}

/* Returns the message to show: about an action first, then how to thaw a
 * stopped process, which the demo says itself, then of the demo or command. */
static const char *message_of(const struct loop *loop,
			      char text[DEED_TEXT_SIZE])
{
	const struct run *run = loop->run;
	const char *deeds = actions_message(run->actions);
	if (deeds[0] != '\0')
		return deeds;
	const struct deed_subject selected = selection(loop);
	if (stopped_describe(run->watch, &selected, run->options->read_only,
			     run->demo != NULL, text))
		return text;
	if (loop->paused)
		return "Paused: space goes on, . takes one sample";
	return run->demo != NULL ? demo_caption(run->demo) : loop->message;
}

static void draw(struct loop *loop)
{
	const struct run *run = loop->run;
	char title[DEMO_TITLE_SIZE], stopped[DEED_TEXT_SIZE];
	const struct screen_text text = {
		.title = run->demo != NULL ? demo_title(run->demo, title) : "",
		.message = message_of(loop, stopped),
		.prompt = actions_prompt(run->actions),
		.delay = loop->delay,
		.paused = loop->paused,
		.read_only = run->options->read_only,
	};
	/* Keys typed or pasted before the question was seen are no answer. */
	if (loop->asking)
		input_drop(screen_input(run->screen));
	screen_draw(run->screen, run->watch, &text);
	loop->asking = loop->asking && frames_pending() >= 0;
}

/* Passes on how our own programs ended, which only we know as their parent. */
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

/* Returns true when all that is watched has ended. */
static bool all_ended(const struct run *run)
{
	return watch_all_ended(run->watch) &&
	       (run->command == NULL || run->command->ended);
}

static void take_sample(struct loop *loop)
{
	const struct run *run = loop->run;
	const struct options *options = run->options;
	size_t budget = run->screen != NULL ? SCREEN_LOG_BUDGET : SIZE_MAX;
	tell_ends(run);
	if ((run->parents != NULL &&
	     zombie_parents_find(run->parents, run->watch) != 0) ||
	    watch_sample(run->watch, budget) != 0) {
		fail_errno(loop, "/proc", errno);
		return;
	}
	if (run->parents != NULL)
		zombie_parents_drop_others(run->watch);
	frozen_follow(run->watch->proc);
	if (run->screen != NULL) {
		screen_sampled(run->screen, run->watch);
		draw(loop);
	} else {
		take_result(loop, print_sample(&loop->printer, run));
	}
	if (options->samples != 0 && run->watch->number >= options->samples)
		loop->done = true;
	if (run->screen == NULL && all_ended(run))
		loop->done = true;
}

/* Takes a sample if one is due. Samples are due at equal distances; missed ones
 * are skipped. */
static void sample_if_due(struct loop *loop, int64_t now)
{
	if (loop->paused || now < loop->next_sample)
		return;
	loop->next_sample += loop->delay;
	if (loop->next_sample <= now)
		loop->next_sample = now + loop->delay;
	take_sample(loop);
}

/* Takes the next of some usual delays, up or down. */
static void change_delay(struct loop *loop, bool slower)
{
	static const int64_t delays_ms[] = {10,   20,    50,    100,
					    200,  500,   1000,  2000,
					    5000, 10000, 20000, 60000};
	size_t count = sizeof(delays_ms) / sizeof(*delays_ms);
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
		take_sample(loop);
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

/* Passes a key to the part that uses it. An open question takes all keys. */
static void take_key(struct loop *loop, int key)
{
	const struct run *run = loop->run;
	if (screen_is_typing(run->screen)) {
		take_screen_key(loop, key);
		return;
	}
	const struct deed_subject subject = selection(loop);
	if (actions_take_key(run->actions, key, &subject)) {
		const struct prompt *prompt = actions_prompt(run->actions);
		loop->asking = prompt != NULL && prompt_asks_yes(prompt);
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

static void take_keys(struct loop *loop)
{
	struct input *input = screen_input(loop->run->screen);
	input_read(input);
	while (!loop->done && !loop->asking && input_next(input))
		take_key(loop, input->key.code);
	loop->done = loop->done || input->lost;
	if (!loop->done)
		draw(loop);
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
		take_sample(loop);
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
	if (signals_take(SIGCHLD))
		launch_reap();
	if (signals_end_asked()) {
		loop->done = true;
		if (run->demo != NULL && run->screen == NULL &&
		    !loop->demo_over)
			fail(loop, "demo", "interrupted before its end");
	}
	if (run->screen == NULL)
		return;
	if (signals_take(SIGTSTP)) {
		terminal_suspend();
		draw(loop);
	}
	if (signals_take(SIGCONT)) {
		terminal_repaint();
		draw(loop);
	}
	if (signals_take(SIGWINCH))
		draw(loop);
}

static void step_actions(struct loop *loop, int64_t now)
{
	const struct run *run = loop->run;
	if (run->actions != NULL && now >= actions_next(run->actions) &&
	    actions_step(run->actions))
		draw(loop);
}

static void take_command_output(struct loop *loop)
{
	struct launched *command = loop->run->command;
	if (command == NULL)
		return;
	launch_read_output(command);
	if (command->last_line[0] == '\0')
		return;
	snprintf(loop->message, sizeof(loop->message), "It says: %s",
		 command->last_line);
	if (loop->run->screen != NULL)
		draw(loop);
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
	int64_t due =
		run->screen == NULL ? at : input_due(screen_input(run->screen));
	return due < at ? due : at;
}

/* Waits until something is due or comes in, and handles what came. */
static void wait_and_take(struct loop *loop)
{
	const struct run *run = loop->run;
	enum { KEYS, READER, COMMAND, SCREEN, COUNT };
	struct pollfd fds[COUNT] = {
		/* A screen that hangs up, or a reader who leaves, ends it. */
		[KEYS] = {.fd = run->screen != NULL ? STDIN_FILENO : -1,
			  .events = POLLIN},
		[READER] = {.fd = run->screen != NULL ? -1 : STDOUT_FILENO},
		[COMMAND] = {.fd = run->command != NULL ? run->command->output
							: -1,
			     .events = POLLIN},
		/* A terminal that did not take the whole last frame. */
		[SCREEN] = {.fd = frames_pending(), .events = POLLOUT},
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
	if (fds[SCREEN].revents != 0) {
		frames_send();
		draw(loop);
	}
	if (run->screen != NULL && ((fds[KEYS].revents & POLLIN) != 0 ||
				    input_due(screen_input(run->screen)) <=
					    clock_now(CLOCK_MONOTONIC)))
		take_keys(loop);
	if (fds[KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
		loop->done = true;
}

static void loop_until_done(struct loop *loop)
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
	struct loop *loop = calloc(1, sizeof(*loop));
	if (loop == NULL) {
		snprintf(failure->what, sizeof(failure->what), "start");
		(void)shortage_text(SHORTAGE_ANY_CALL, errno, failure->why);
		return EXIT_FAILED;
	}
	loop->run = run;
	loop->failure = failure;
	loop->delay = run->options->delay;
	failure->what[0] = '\0';
	loop_until_done(loop);
	int exit_status = loop->exit_status;
	printer_free(&loop->printer);
	free(loop);
	return exit_status;
}
