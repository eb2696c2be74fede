/* reaptop: watches the children of servers, and who reaps them.
 *
 * read/    reads /proc and event logs into plain structs.
 * watch/   keeps what was read: which processes started and ended.
 * words/   has the wording of facts, the same for screen, text and JSON.
 * screen/  draws on the terminal; views/ has what it shows beside the table.
 * output/  writes text and JSON for other programs.
 * act/     carries out what the user asks for.
 * demo/    plays servers and clients for the viewer to watch.
 * Read next: run.c, the main loop; watch/child_table.h, how it reads little. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/complain.h"
#include "common/standard_fds.h"
#include "reaptop/act/deeds.h"
#include "reaptop/demo/demo.h"
#include "reaptop/launch.h"
#include "reaptop/options.h"
#include "reaptop/read/listeners.h"
#include "reaptop/read/process_stat.h"
#include "reaptop/run.h"
#include "reaptop/screen/terminal.h"
#include "reaptop/signals.h"
#include "reaptop/views/views.h"

/* Makes the demo print text where there is no terminal. */
static void settle_output(struct options *options)
{
	if (options->target == TARGET_DEMO &&
	    options->output == OUTPUT_SCREEN &&
	    (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		options->output = OUTPUT_BATCH;
}

/* Adds one process. Returns 0, or -1 after complaining. */
static int add_process(struct watch *watch, pid_t pid)
{
	char what[32], why[80];
	pid_t process;
	if (watch_add(watch, pid, &process) == 0)
		return 0;
	snprintf(what, sizeof(what), "%d", pid);
	if (proc_error_is_gone(errno)) {
		complain(what, process_is_hidden(pid)
				       ? "another user's process, which /proc "
					 "hides from us"
				       : "no such process");
	} else if (errno == EISDIR) {
		snprintf(why, sizeof(why), "a thread of process %d: watch that",
			 process);
		complain(what, why);
	} else if (errno == ENOSPC) {
		complain(what, "more than 64 cannot be watched");
	} else {
		complain_errno(what, errno);
	}
	return -1;
}

/* Adds the processes that serve a port. Returns as add_process(). */
static int add_port(struct watch *watch, uint16_t port)
{
	char what[32];
	struct port_owners owners;
	if (port_owners_find(watch->proc, port, &owners) != 0) {
		int error = errno;
		snprintf(what, sizeof(what), "port %u", port);
		if (error == ENOENT)
			complain(what, "no process listens on it");
		else if (error == EACCES)
			complain(what,
				 process_is_hidden(1)
					 ? "it belongs to another user's "
					   "process, which /proc hides from us"
					 : "it belongs to another user's "
					   "process, which may not be seen; "
					   "name its PID");
		else
			complain_errno(what, error);
		return -1;
	}
	for (size_t i = 0; i < owners.count; i++)
		if (add_process(watch, owners.pids[i]) != 0)
			return -1;
	return 0;
}

/* Gives the servers the event logs of the command line, in order. Returns 0, or
 * -1 after complaining. */
static int add_logs(struct watch *watch, const struct options *options)
{
	for (size_t i = 0; i < options->trace_count; i++) {
		const char *path = options->traces[i];
		if (i >= watch->count) {
			complain(path, "there is no server left for this "
				       "event log");
			return -1;
		}
		pid_t pid = watch->servers[i].stat.pid;
		if (watch_add_log(watch, pid, path) == 0)
			continue;
		if (errno == EINVAL)
			complain(path, "not a regular file");
		else
			complain_errno(path, errno);
		return -1;
	}
	return 0;
}

/* Adds the named PIDs, or the processes that serve the named ports, and their
 * event logs. Returns 0, or -1 after complaining. */
static int add_targets(struct watch *watch, const struct options *options)
{
	for (size_t i = 0; i < options->number_count; i++) {
		long number = options->numbers[i];
		int result = options->target == TARGET_PORTS
				     ? add_port(watch, (uint16_t)number)
				     : add_process(watch, (pid_t)number);
		if (result != 0)
			return -1;
	}
	return add_logs(watch, options);
}

/* Starts the command and watches it. Returns 0, or -1 after complaining. */
static int start_command(struct run *run, struct launched *command)
{
	char **argv = run->options->command;
	if (launch(argv,
		   run->options->output == OUTPUT_SCREEN ? LAUNCH_TO_PIPE
							 : LAUNCH_TO_STDERR,
		   command) != 0) {
		complain_of_call(argv[0], SHORTAGE_NEW_TASK, errno);
		return -1;
	}
	run->command = command;
	if (add_process(run->watch, command->pid) != 0)
		return -1;
	return add_logs(run->watch, run->options);
}

static int start_demo(struct run *run)
{
	const struct demo_plan plan = {
		.scenes = run->options->scenes,
		.count = run->options->scene_count,
		.for_people = run->options->output == OUTPUT_SCREEN,
	};
	run->demo = demo_open(&plan, run->watch);
	return run->demo == NULL ? -1 : 0;
}

static bool starts_something(const struct options *options)
{
	return options->target == TARGET_COMMAND ||
	       options->target == TARGET_DEMO;
}

/* Returns whether anything may be started: on the screen, keys do. */
static bool may_start(const struct options *options)
{
	return starts_something(options) ||
	       (options->output == OUTPUT_SCREEN && !options->read_only);
}

/* Finds or starts the processes to watch. Returns 0, or -1 after
 * complaining. */
static int find_targets(struct run *run, struct launched *command)
{
	if (may_start(run->options) && launch_prepare() != 0) {
		complain_errno("cannot adopt orphans", errno);
		return -1;
	}
	switch (run->options->target) {
	case TARGET_COMMAND:
		return start_command(run, command);
	case TARGET_DEMO:
		return start_demo(run);
	case TARGET_ZOMBIES:
		return 0; /* every sample looks for them */
	default:
		return add_targets(run->watch, run->options);
	}
}

/* Gives the terminal back after a crash, thaws what was frozen, and kills what
 * was started. */
static void rescue(void)
{
	/* A failure cannot be helped here. */
	(void)frozen_thaw_all();
	terminal_rescue();
	launch_kill_all();
}

static int watch_and_show(struct run *run, struct launched *command)
{
	struct run_failure failure;
	bool on_screen = run->options->output == OUTPUT_SCREEN;
	/* Before anything is started: no terminal, no servers. */
	if (on_screen && starts_something(run->options) &&
	    terminal_check() != 0)
		return EXIT_FAILED;
	if (signals_open(on_screen, rescue) != 0) {
		complain_errno("signals", errno);
		return EXIT_FAILED;
	}
	int exit_status = EXIT_FAILED;
	if (find_targets(run, command) != 0)
		goto out;
	const struct screen_options look = {
		.ascii = run->options->ascii,
		.mono = run->options->no_color,
		.views = views,
	};
	if (on_screen && (run->screen = screen_open(&look)) == NULL)
		goto out;
	if (on_screen &&
	    (run->actions = actions_open(run->watch,
					 run->options->read_only)) == NULL) {
		screen_close(run->screen);
		complain_errno("keys", errno);
		goto out;
	}
	exit_status = run_until_done(run, &failure);
	frozen_follow(run->watch->proc); /* others may have thawed some */
	int thaw_error = frozen_thaw_all() == 0 ? 0 : errno;
	screen_close(run->screen);
	if (failure.what[0] != '\0')
		complain(failure.what, failure.why);
	if (thaw_error != 0) {
		complain_errno("cannot thaw what was frozen", thaw_error);
		exit_status = EXIT_FAILED;
	}
out:
	if (launch_end_all() != 0) {
		complain("cannot end what was started",
			 "something does not die");
		exit_status = EXIT_FAILED;
	}
	launch_forget(command);
	actions_close(run->actions);
	demo_close(run->demo);
	return exit_status;
}

/* Does all but check the stack. Is not inlined, as main() checks the stack
 * before it is taken for these variables. */
static __attribute__((noinline)) int view(int argc, char **argv)
{
	struct options options;
	struct watch watch;
	struct launched command = {.output = -1};
	struct zombie_parents parents = {0};
	struct run run = {.options = &options, .watch = &watch};
	/* Printing to a stdout that was closed fails, as it did. */
	if (standard_fds_fill(O_RDWR, O_RDONLY, O_RDWR) < 0)
		return EXIT_FAILED;
	/* For printable characters. Without a locale, ASCII stays; numbers stay
	 * as in C. */
	(void)setlocale(LC_CTYPE, "");
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_DONE:
		return EXIT_DONE;
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	case OPTIONS_RUN:
		break;
	}
	if (options.ascii)
		(void)setlocale(LC_CTYPE, "C"); /* names too */
	settle_output(&options);
	if (options.target == TARGET_ZOMBIES)
		run.parents = &parents;
	if (watch_open(&watch) != 0) {
		if (errno == EXDEV)
			complain("/proc", "it shows another PID namespace; "
					  "mount a /proc of this one");
		else
			complain_errno("/proc", errno);
		return EXIT_FAILED;
	}
	int exit_status = watch_and_show(&run, &command);
	watch_close(&watch);
	return exit_status;
}

int main(int argc, char **argv)
{
	complain_as("reaptop");
	return complain_of_stack() ? EXIT_FAILED : view(argc, argv);
}
