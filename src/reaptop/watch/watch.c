/* All watched servers, and the samples taken of them; and the search for every
 * process on the machine that has zombies. */
#include "reaptop/watch/watch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "reaptop/array.h"
#include "reaptop/read/proc_file.h"

int watch_open(struct watch *watch)
{
	*watch = (struct watch){.ticks_per_second = sysconf(_SC_CLK_TCK)};
	watch->proc = proc_open();
	return watch->proc < 0 ? -1 : 0;
}

void watch_close(struct watch *watch)
{
	watch_clear(watch);
	free(watch->servers);
	proc_text_free(&watch->scratch);
	child_list_free(&watch->list);
	if (watch->proc >= 0)
		close(watch->proc);
}

void watch_clear(struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		server_detach(&watch->servers[i]);
	watch->count = 0;
}

/* Removes a server. The others keep their order. */
static void remove_server(struct watch *watch, size_t number)
{
	server_detach(&watch->servers[number]);
	watch->count--;
	memmove(&watch->servers[number], &watch->servers[number + 1],
		(watch->count - number) * sizeof(*watch->servers));
}

struct server *watch_find(const struct watch *watch, pid_t pid)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->servers[i].stat.pid == pid)
			return &watch->servers[i];
	return NULL;
}

int watch_add(struct watch *watch, pid_t pid, pid_t *process)
{
	if (watch_find(watch, pid) != NULL)
		return 0;
	if (watch->count == WATCH_SERVERS_MAX) {
		errno = ENOSPC;
		return -1;
	}
	if (ARRAY_RESERVE(watch->servers, watch->capacity, watch->count + 1) !=
	    0)
		return -1;
	if (server_attach(&watch->servers[watch->count], watch->proc, pid,
			  &watch->scratch, process) != 0)
		return -1;
	watch->count++;
	return 0;
}

int watch_add_log(struct watch *watch, pid_t pid, const char *path)
{
	struct server *server = watch_find(watch, pid);
	if (server == NULL) {
		errno = ESRCH;
		return -1;
	}
	struct event_log *log = event_log_open(path, pid);
	if (log == NULL)
		return -1;
	event_log_close(server->log);
	server->log = log;
	return 0;
}

int watch_sample(struct watch *watch, size_t log_budget)
{
	watch->number++;
	watch->taken = clock_now(CLOCK_MONOTONIC);
	const struct sample_context context = {
		.proc = watch->proc,
		.now = watch->taken,
		.uptime = clock_now(CLOCK_BOOTTIME),
		.tick = NS_PER_SECOND / watch->ticks_per_second,
		.number = watch->number,
		.log_budget = log_budget,
		.scratch = &watch->scratch,
		.list = &watch->list,
	};
	for (size_t i = 0; i < watch->count; i++)
		if (server_sample(&watch->servers[i], &context) != 0)
			return -1;
	/* After reading, or the youngest would have a negative age. */
	watch->uptime = clock_now(CLOCK_BOOTTIME);
	return 0;
}

bool watch_all_ended(const struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		if (!watch->servers[i].ended)
			return false;
	return watch->count > 0;
}

int64_t watch_age(const struct watch *watch, uint64_t start_ticks)
{
	int64_t tick = NS_PER_SECOND / watch->ticks_per_second;
	int64_t age = watch->uptime - (int64_t)start_ticks * tick;
	return age < 0 ? 0 : age;
}

static const int64_t search_pause = NS_PER_SECOND;

struct parent {
	pid_t pid;
	size_t zombies;
};

struct tally {
	struct parent *parents;
	size_t count;
	size_t capacity;
};

static int count_zombie(struct tally *tally, pid_t parent)
{
	for (size_t i = 0; i < tally->count; i++)
		if (tally->parents[i].pid == parent) {
			tally->parents[i].zombies++;
			return 0;
		}
	if (ARRAY_RESERVE(tally->parents, tally->capacity, tally->count + 1) !=
	    0)
		return -1;
	tally->parents[tally->count++] =
		(struct parent){.pid = parent, .zombies = 1};
	return 0;
}

/* Returns whether the process is a known child. A later search finds a PID that
 * was reused since. */
static bool is_known(const struct watch *watch, pid_t pid)
{
	for (size_t i = 0; i < watch->count; i++)
		if (child_set_find(&watch->servers[i].children.now, pid) !=
		    NULL)
			return true;
	return false;
}

static int look_at(struct tally *tally, const struct watch *watch, pid_t pid)
{
	struct process_stat stat;
	if (is_known(watch, pid) ||
	    process_stat_read_pid(watch->proc, pid, &stat) != 0 ||
	    !process_stat_is_final(&stat) || stat.ppid <= 0)
		return 0;
	return count_zombie(tally, stat.ppid);
}

static int search(struct tally *tally, const struct watch *watch)
{
	DIR *processes = proc_open_folder(watch->proc, ".");
	if (processes == NULL)
		return -1;
	int result = 0;
	pid_t pid;
	while (result == 0 && proc_next_number(processes, &pid) != NULL)
		result = look_at(tally, watch, pid);
	proc_close_folder(processes);
	return result;
}

static int by_zombies(const void *one, const void *other)
{
	const struct parent *left = one, *right = other;
	if (left->zombies != right->zombies)
		return left->zombies > right->zombies ? -1 : 1;
	return left->pid < right->pid ? -1 : left->pid > right->pid;
}

int zombie_parents_find(struct zombie_parents *parents, struct watch *watch)
{
	int64_t now = clock_now(CLOCK_MONOTONIC);
	if (now < parents->next)
		return 0;
	parents->next = now + search_pause;
	struct tally tally = {0};
	int result = search(&tally, watch);
	ARRAY_SORT(tally.parents, tally.count, by_zombies);
	parents->left_out = 0;
	for (size_t i = 0; result == 0 && i < tally.count; i++) {
		pid_t process;
		if (watch_add(watch, tally.parents[i].pid, &process) == 0)
			continue;
		if (errno == ENOSPC)
			parents->left_out++;
		else if (errno == ENOMEM || errno == EMFILE || errno == ENFILE)
			result = -1;
		/* Other errors: it has just ended, or may not be seen. */
	}
	int error = errno;
	free(tally.parents);
	errno = error;
	return result;
}

void zombie_parents_drop_others(struct watch *watch)
{
	for (size_t i = watch->count; i > 0; i--)
		if (watch->servers[i - 1].children.zombies == 0)
			remove_server(watch, i - 1);
}
