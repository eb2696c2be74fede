/* The lab's programs that stand beside reaptop, started by it: servers, and a
 * burst of clients. Known of the client: its command line, its lines `progress:
 * DONE of ALL, FAILED failed`, and the JSON object at its end. */
#include "reaptop/act/programs.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reaptop/read/listeners.h"

static int find_folder(char folder[PROGRAM_PATH_SIZE])
{
	ssize_t size = readlink("/proc/self/exe", folder, 4096);
	if (size <= 0)
		return -1;
	folder[size] = '\0';
	char *slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
	return 0;
}

int program_find(const char *name, char path[PROGRAM_PATH_SIZE])
{
	if (find_folder(path) != 0)
		return -1;
	size_t used = strlen(path);
	int length =
		snprintf(path + used, PROGRAM_PATH_SIZE - used, "/%s", name);
	if (length < 0 || (size_t)length >= PROGRAM_PATH_SIZE - used) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return access(path, X_OK);
}

static bool is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	return name[strspn(name, plain)] == '\0';
}

static bool is_wanted(const char *name, const char *prefix)
{
	char path[PROGRAM_PATH_SIZE];
	return strncmp(name, prefix, strlen(prefix)) == 0 &&
	       strlen(name) < PROGRAM_NAME_SIZE && is_plain(name) &&
	       program_find(name, path) == 0;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(one, other);
}

int programs_list(const char *prefix, struct program_list *list)
{
	char path[PROGRAM_PATH_SIZE];
	list->count = 0;
	DIR *folder = find_folder(path) == 0 ? opendir(path) : NULL;
	if (folder == NULL)
		return -1;
	const struct dirent *entry;
	while (list->count < PROGRAMS_MAX && (entry = readdir(folder)) != NULL)
		if (is_wanted(entry->d_name, prefix))
			strcpy(list->names[list->count++], entry->d_name);
	closedir(folder);
	qsort(list->names, list->count, sizeof(*list->names), by_name);
	return 0;
}

static int open_log(struct variant *variant)
{
	variant->log = memfd_create(variant->name, MFD_CLOEXEC);
	if (variant->log < 0)
		return -1;
	snprintf(variant->log_path, sizeof(variant->log_path), "/proc/%d/fd/%d",
		 getpid(), variant->log);
	return 0;
}

int variant_start(struct variant *variant, const char *name)
{
	char path[PROGRAM_PATH_SIZE];
	*variant = (struct variant){.log = -1};
	snprintf(variant->name, sizeof(variant->name), "%s", name);
	if (program_find(name, path) != 0 || open_log(variant) != 0)
		return -1;
	char *argv[] = {path, (char[]){"--trace"}, variant->log_path,
			(char[]){"0"}, NULL};
	return launch(argv, LAUNCH_TO_PIPE, &variant->program);
}

int variant_watch(const struct variant *variant, struct watch *watch)
{
	pid_t pid = variant->program.pid, process;
	if (watch_add(watch, pid, &process) != 0)
		return -1;
	return watch_add_log(watch, pid, variant->log_path);
}

void variant_forget(struct variant *variant)
{
	launch_forget(&variant->program);
	if (variant->log >= 0)
		close(variant->log);
	variant->log = -1;
}

enum { BAR_WIDTH = 20 };

/* Stores where a client reaches the server. Returns 0, or -1 with errno. */
static int find_address(const struct server *server,
			char text[LISTENER_ADDRESS_SIZE])
{
	struct tcp_table listeners = {0};
	int result = listeners_read(server->directory, &listeners);
	bool found = false;
	for (size_t i = 0; result == 0 && !found && i < listeners.count; i++) {
		const struct tcp_socket *listener = &listeners.sockets[i];
		found = listener->local.port == server->port;
		if (found)
			listener_reach(listener, text);
	}
	tcp_table_free(&listeners);
	if (result == 0 && !found) {
		errno = EDESTADDRREQ;
		result = -1;
	}
	return result;
}

int burst_start(struct burst *burst, struct server *server,
		const struct burst_plan *plan)
{
	char path[PROGRAM_PATH_SIZE], address[LISTENER_ADDRESS_SIZE];
	char sessions[24], at_once[24], hold[24], port[8];
	server_find_port(server);
	if (server->port_known != HOLDS_PORT) {
		errno = EDESTADDRREQ;
		return -1;
	}
	if (find_address(server, address) != 0 ||
	    program_find("client", path) != 0)
		return -1;
	launch_forget(&burst->client);
	*burst = (struct burst){.plan = *plan};
	snprintf(burst->server, sizeof(burst->server), "%s", server->name);
	snprintf(sessions, sizeof(sessions), "%ld", plan->sessions);
	snprintf(at_once, sizeof(at_once), "%ld", plan->at_once);
	snprintf(hold, sizeof(hold), "%ld", plan->hold);
	snprintf(port, sizeof(port), "%u", server->port);
	char *argv[] = {path,
			(char[]){"--progress"},
			(char[]){"--json"},
			(char[]){"--burst"},
			sessions,
			(char[]){"--concurrency"},
			at_once,
			(char[]){"--hold"},
			hold,
			address,
			port,
			NULL};
	return launch(argv, LAUNCH_TO_PIPE, &burst->client);
}

bool burst_is_running(const struct burst *burst)
{
	return burst->client.pid != 0 && !burst->client.ended;
}

/* Returns the number behind `"key":` in the client's summary, or 0. */
static long summary_number(const char *line, const char *key)
{
	char pattern[32];
	long number = 0;
	snprintf(pattern, sizeof(pattern), "\"%s\":", key);
	const char *at = strstr(line, pattern);
	if (at == NULL || sscanf(at + strlen(pattern), "%ld", &number) != 1)
		return 0;
	return number;
}

bool burst_follow(struct burst *burst)
{
	struct launched *client = &burst->client;
	long done, all, failed;
	if (client->pid == 0)
		return false;
	launch_read_output(client);
	const char *line = client->last_line;
	if (line[0] == '{') {
		burst->failed = summary_number(line, "failed");
		burst->done = summary_number(line, "ok") + burst->failed;
	} else if (sscanf(line, "progress: %ld of %ld, %ld failed", &done, &all,
			  &failed) == 3) {
		burst->done = done;
		burst->failed = failed;
	}
	/* Not forgotten before all it said was read. */
	if (!client->ended)
		return false;
	launch_forget(client);
	return true;
}

void burst_stop(struct burst *burst)
{
	/* Fails if it has ended: that is as good. */
	(void)launch_signal(&burst->client, SIGTERM);
}

static void describe_bar(const struct burst *burst, char bar[BAR_WIDTH + 1])
{
	long full = burst->done * BAR_WIDTH / burst->plan.sessions;
	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
}

void burst_describe(const struct burst *burst, char text[BURST_TEXT_SIZE])
{
	const char *server = burst->server;
	char bar[BAR_WIDTH + 1];
	if (burst_is_running(burst)) {
		describe_bar(burst, bar);
		snprintf(text, BURST_TEXT_SIZE,
			 "Burst on %s [%s] %ld of %ld, %ld failed", server, bar,
			 burst->done, burst->plan.sessions, burst->failed);
	} else if (burst->done == 0 && burst->client.last_line[0] != '{' &&
		   burst->client.last_line[0] != '\0') {
		/* It could not begin, and its last line says why. */
		snprintf(text, BURST_TEXT_SIZE, "Burst on %s: %.230s", server,
			 burst->client.last_line);
	} else {
		snprintf(text, BURST_TEXT_SIZE,
			 "Burst on %s over: %ld of %ld clients served, %ld "
			 "failed",
			 server, burst->done - burst->failed,
			 burst->plan.sessions, burst->failed);
	}
}
