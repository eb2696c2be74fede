/* All watched servers, and the samples taken of them. */
#include "reaptop/watch/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/array.h"
#include "reaptop/clock.h"

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

void watch_remove(struct watch *watch, size_t number)
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
