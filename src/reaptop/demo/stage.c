/* The demo's servers and clients. Known of them: their command lines, the line
 * `NAME: pid P listening on ADDRESS:PORT`, and what /proc says. */
#include "reaptop/demo/stage.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/shortage.h"
#include "reaptop/signals.h"

static const int64_t patience_to_listen = 5 * NS_PER_SECOND;

int reaping_leaves(enum reaping reaping, int exits)
{
	switch (reaping) {
	case REAPS_NONE:
		return exits;
	case REAPS_ONE:
		return exits - 1;
	default:
		return 0;
	}
}

static int fail(struct stage *stage, const char *what, const char *why)
{
	snprintf(stage->why, sizeof(stage->why), "%.120s: %.180s", what, why);
	return -1;
}

/* Fails with a reason. The failed call may have been to start a program. */
static int fail_errno(struct stage *stage, const char *what, int error)
{
	char text[SHORTAGE_TEXT_SIZE];
	return fail(stage, what, shortage_text(SHORTAGE_NEW_TASK, error, text));
}

static int fail_to_find(struct stage *stage, const char *name)
{
	if (errno == ENOENT)
		return fail(stage, name, "not there; run `make` first");
	return fail_errno(stage, name, errno);
}

static int start_server(struct stage *stage, struct stage_server *server,
			const struct stage_role *role)
{
	server->reaping = role->reaping;
	if (variant_start(&server->variant, role->name) == 0)
		return 0;
	return fail_to_find(stage, role->name);
}

/* Waits for output of the server or a signal, but not long. */
static void wait_for_output(const struct stage_server *server)
{
	struct pollfd output = {.fd = server->variant.program.output,
				.events = POLLIN};
	const struct timespec span = clock_span(NS_PER_SECOND / 20);
	(void)ppoll(&output, 1, &span, signals_while_waiting());
	if (signals_take(SIGCHLD))
		launch_reap();
}

/* Waits for the line that says where it listens. */
static int wait_until_ready(struct stage *stage, struct stage_server *server)
{
	int64_t deadline = clock_now(CLOCK_MONOTONIC) + patience_to_listen;
	struct launched *program = &server->variant.program;
	while (program->first_line[0] == '\0') {
		if (signals_end_asked())
			return fail(stage, server->variant.name, "interrupted");
		if (clock_now(CLOCK_MONOTONIC) >= deadline)
			return fail(stage, server->variant.name,
				    "it does not say that it listens");
		wait_for_output(server);
		launch_read_output(program);
		if (program->ended && program->first_line[0] == '\0')
			return fail(stage, server->variant.name,
				    "it ended at once");
	}
	const char *colon = strrchr(program->first_line, ':');
	server->port = colon == NULL ? 0 : atoi(colon + 1);
	if (strstr(program->first_line, " listening on ") == NULL ||
	    server->port <= 0)
		return fail(stage, server->variant.name, program->first_line);
	return 0;
}

int stage_open(struct stage *stage, const struct stage_cast *cast)
{
	char client[PROGRAM_PATH_SIZE];
	*stage = (struct stage){
		.count = cast->count,
		.with_adopter = cast->with_adopter,
	};
	for (int i = 0; i < stage->count; i++)
		stage->servers[i].variant.log = -1;
	if (watch_open(&stage->watch) != 0)
		return fail_errno(stage, "/proc", errno);
	if (program_find("client", client) != 0)
		return fail_to_find(stage, "client");
	for (int i = 0; i < stage->count; i++)
		if (start_server(stage, &stage->servers[i], &cast->roles[i]) !=
		    0)
			return -1;
	for (int i = 0; i < stage->count; i++)
		if (wait_until_ready(stage, &stage->servers[i]) != 0)
			return -1;
	return stage_add_to(stage, &stage->watch);
}

void stage_close(struct stage *stage)
{
	launch_hold_orphans(false);
	for (int i = 0; i < stage->count; i++) {
		variant_forget(&stage->servers[i].variant);
		launch_forget(&stage->servers[i].client);
	}
	watch_close(&stage->watch);
}

int stage_add_to(struct stage *stage, struct watch *watch)
{
	pid_t process;
	for (int i = 0; i < stage->count; i++) {
		const struct variant *variant = &stage->servers[i].variant;
		if (variant_watch(variant, watch) != 0)
			return fail_errno(stage, variant->name, errno);
	}
	if (stage->with_adopter && watch_add(watch, getpid(), &process) != 0)
		return fail_errno(stage, "reaptop itself", errno);
	return 0;
}

int stage_start_clients(struct stage *stage, int sessions, bool held)
{
	char path[PROGRAM_PATH_SIZE], count[16], hold[16];
	if (program_find("client", path) != 0)
		return fail_to_find(stage, "client");
	stage->told_to_end = false;
	snprintf(count, sizeof(count), "%d", sessions);
	/* An hour: longer than any wait here, yet not for ever. */
	snprintf(hold, sizeof(hold), "%d", held ? 60 * 60 * 1000 : 0);
	for (int i = 0; i < stage->count; i++) {
		struct stage_server *server = &stage->servers[i];
		char port[16];
		snprintf(port, sizeof(port), "%d", server->port);
		char *argv[] = {path,  (char[]){"-n"},
				count, (char[]){"-c"},
				count, (char[]){"-w"},
				hold,  (char[]){"127.0.0.1"},
				port,  NULL};
		launch_forget(&server->client);
		if (launch(argv, LAUNCH_TO_PIPE, &server->client) != 0)
			return fail_errno(stage, "client", errno);
	}
	return 0;
}

void stage_thaw(struct stage *stage)
{
	/* Fails for a server that has ended: that is as good. */
	for (int i = 0; i < stage->count; i++)
		(void)launch_signal(&stage->servers[i].variant.program,
				    SIGCONT);
}

void stage_end_clients(struct stage *stage)
{
	stage->told_to_end = true;
	/* Fails for one that has ended: that is as good. */
	for (int i = 0; i < stage->count; i++)
		(void)launch_signal(&stage->servers[i].client, SIGTERM);
}

static bool went_well(const struct launched *program)
{
	return WIFEXITED(program->exit_status) &&
	       WEXITSTATUS(program->exit_status) == 0;
}

int stage_clients_ended(struct stage *stage)
{
	int result = 1;
	for (int i = 0; i < stage->count; i++) {
		struct stage_server *server = &stage->servers[i];
		launch_read_output(&server->client);
		if (!server->client.ended)
			result = 0;
		else if (!stage->told_to_end && !went_well(&server->client))
			return fail(stage, "a client failed",
				    server->client.last_line);
	}
	return result;
}

int stage_check_servers(struct stage *stage)
{
	for (int i = 0; i < stage->count; i++) {
		struct stage_server *server = &stage->servers[i];
		launch_read_output(&server->variant.program);
		if (server->variant.program.ended && !stage->killed)
			return fail(stage, server->variant.name,
				    "it has ended");
	}
	return 0;
}

int stage_signal_servers(struct stage *stage, int number)
{
	if (stage_check_servers(stage) != 0)
		return -1;
	for (int i = 0; i < stage->count; i++) {
		const struct variant *variant = &stage->servers[i].variant;
		if (launch_signal(&variant->program, number) != 0)
			return fail_errno(stage, variant->name, errno);
	}
	return 0;
}

int stage_kill_servers(struct stage *stage)
{
	launch_hold_orphans(true);
	if (stage_signal_servers(stage, SIGKILL) != 0)
		return -1;
	stage->killed = true;
	return 0;
}

void stage_reap(void)
{
	launch_hold_orphans(false);
	launch_reap();
}
