/* The demo's servers and clients. Known of them: their command lines, the line
 * `NAME: pid P listening on ADDRESS:PORT`, and what /proc says. */
#include "reaptop/demo/stage.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reaptop/clock.h"
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
	snprintf(stage->why, sizeof stage->why, "%.120s: %.180s", what, why);
	return -1;
}

/* The programs stand beside this one. */
static int find_folder(struct stage *stage)
{
	ssize_t size = readlink("/proc/self/exe", stage->folder,
				sizeof stage->folder - 1);
	if (size <= 0)
		return fail(stage, "/proc/self/exe", strerror(errno));
	stage->folder[size] = '\0';
	char *slash = strrchr(stage->folder, '/');
	if (slash != NULL)
		*slash = '\0';
	return 0;
}

static int find_program(struct stage *stage, const char *name, char *path,
			size_t size)
{
	int length = snprintf(path, size, "%s/%s", stage->folder, name);
	if (length < 0 || (size_t)length >= size)
		return fail(stage, name, "the path is too long");
	if (access(path, X_OK) != 0)
		return fail(stage, path, "not there; run `make` first");
	return 0;
}

static int open_log(struct stage *stage, struct stage_server *server)
{
	server->log = memfd_create(server->name, MFD_CLOEXEC);
	if (server->log < 0)
		return fail(stage, "event log", strerror(errno));
	snprintf(server->log_path, sizeof server->log_path, "/proc/%d/fd/%d",
		 getpid(), server->log);
	return 0;
}

static int start_server(struct stage *stage, struct stage_server *server)
{
	char path[4200];
	if (find_program(stage, server->name, path, sizeof path) != 0 ||
	    open_log(stage, server) != 0)
		return -1;
	char *argv[] = {path, (char[]){"--trace"}, server->log_path,
			(char[]){"0"}, NULL};
	if (launch(argv, LAUNCH_TO_PIPE, &server->program) != 0)
		return fail(stage, server->name, strerror(errno));
	return 0;
}

/* Waits for output of the server or a signal, but not long. */
static void wait_for_output(const struct stage_server *server)
{
	struct pollfd output = {.fd = server->program.output, .events = POLLIN};
	const struct timespec span = clock_span(NS_PER_SECOND / 20);
	(void)ppoll(&output, 1, &span, signals_while_waiting());
	if (signals_take_child())
		launch_reap();
}

/* Waits for the line that says where it listens. */
static int wait_until_ready(struct stage *stage, struct stage_server *server)
{
	int64_t deadline = clock_now(CLOCK_MONOTONIC) + patience_to_listen;
	struct launched *program = &server->program;
	while (program->first_line[0] == '\0') {
		if (signals_end_asked())
			return fail(stage, server->name, "interrupted");
		if (clock_now(CLOCK_MONOTONIC) >= deadline)
			return fail(stage, server->name,
				    "it does not say that it listens");
		wait_for_output(server);
		launch_read_output(program);
		if (program->ended && program->first_line[0] == '\0')
			return fail(stage, server->name, "it ended at once");
	}
	const char *colon = strrchr(program->first_line, ':');
	server->port = colon == NULL ? 0 : atoi(colon + 1);
	if (strstr(program->first_line, " listening on ") == NULL ||
	    server->port <= 0)
		return fail(stage, server->name, program->first_line);
	return 0;
}

int stage_open(struct stage *stage)
{
	static const struct stage_server cast[STAGE_SERVERS] = {
		{.name = "server_noreap", .reaping = REAPS_NONE, .log = -1},
		{.name = "server_sigchld", .reaping = REAPS_ONE, .log = -1},
		{.name = "server_waitpid_loop",
		 .reaping = REAPS_ALL,
		 .log = -1},
	};
	char client[4200];
	*stage = (struct stage){.why = ""};
	memcpy(stage->servers, cast, sizeof cast);
	if (watch_open(&stage->watch) != 0)
		return fail(stage, "/proc", strerror(errno));
	if (find_folder(stage) != 0 ||
	    find_program(stage, "client", client, sizeof client) != 0)
		return -1;
	for (int i = 0; i < STAGE_SERVERS; i++)
		if (start_server(stage, &stage->servers[i]) != 0)
			return -1;
	for (int i = 0; i < STAGE_SERVERS; i++)
		if (wait_until_ready(stage, &stage->servers[i]) != 0)
			return -1;
	return stage_add_to(stage, &stage->watch);
}

void stage_close(struct stage *stage)
{
	for (int i = 0; i < STAGE_SERVERS; i++) {
		launch_forget(&stage->servers[i].program);
		launch_forget(&stage->servers[i].client);
		if (stage->servers[i].log >= 0)
			close(stage->servers[i].log);
	}
	watch_close(&stage->watch);
}

int stage_add_to(struct stage *stage, struct watch *watch)
{
	for (int i = 0; i < STAGE_SERVERS; i++) {
		const struct stage_server *server = &stage->servers[i];
		pid_t pid = server->program.pid, process;
		if (watch_add(watch, pid, &process) != 0 ||
		    watch_add_log(watch, pid, server->log_path) != 0)
			return fail(stage, server->name, strerror(errno));
	}
	return 0;
}

int stage_start_clients(struct stage *stage, int sessions, bool held)
{
	char path[4200], count[16], hold[16];
	if (find_program(stage, "client", path, sizeof path) != 0)
		return -1;
	snprintf(count, sizeof count, "%d", sessions);
	/* An hour: longer than any wait here, yet not for ever. */
	snprintf(hold, sizeof hold, "%d", held ? 60 * 60 * 1000 : 0);
	for (int i = 0; i < STAGE_SERVERS; i++) {
		struct stage_server *server = &stage->servers[i];
		char port[16];
		snprintf(port, sizeof port, "%d", server->port);
		char *argv[] = {path,  (char[]){"-n"},
				count, (char[]){"-c"},
				count, (char[]){"-w"},
				hold,  (char[]){"127.0.0.1"},
				port,  NULL};
		launch_forget(&server->client);
		if (launch(argv, LAUNCH_TO_PIPE, &server->client) != 0)
			return fail(stage, "client", strerror(errno));
	}
	return 0;
}

void stage_thaw(struct stage *stage)
{
	/* Fails for a server that has ended: that is as good. */
	for (int i = 0; i < STAGE_SERVERS; i++)
		(void)launch_signal(&stage->servers[i].program, SIGCONT);
}

void stage_end_clients(struct stage *stage)
{
	/* Fails for one that has ended: that is as good. */
	for (int i = 0; i < STAGE_SERVERS; i++)
		(void)launch_signal(&stage->servers[i].client, SIGTERM);
}

static bool went_well(const struct launched *program)
{
	return WIFEXITED(program->exit_status) &&
	       WEXITSTATUS(program->exit_status) == 0;
}

int stage_clients_ended(struct stage *stage, bool told_to_end)
{
	int result = 1;
	for (int i = 0; i < STAGE_SERVERS; i++) {
		struct stage_server *server = &stage->servers[i];
		launch_read_output(&server->client);
		if (!server->client.ended)
			result = 0;
		else if (!told_to_end && !went_well(&server->client))
			return fail(stage, "a client failed",
				    server->client.last_line);
	}
	return result;
}

int stage_check_servers(struct stage *stage)
{
	for (int i = 0; i < STAGE_SERVERS; i++) {
		struct stage_server *server = &stage->servers[i];
		launch_read_output(&server->program);
		if (server->program.ended)
			return fail(stage, server->name, "it has ended");
	}
	return 0;
}

int stage_signal_servers(struct stage *stage, int number)
{
	if (stage_check_servers(stage) != 0)
		return -1;
	for (int i = 0; i < STAGE_SERVERS; i++)
		if (launch_signal(&stage->servers[i].program, number) != 0)
			return fail(stage, stage->servers[i].name,
				    strerror(errno));
	return 0;
}
