/* What becomes of the children of a parent that was killed. They go to the
 * nearest living ancestor that is a subreaper, or to init (find_new_reaper() in
 * the kernel's exit.c). Where that is reaptop, it waits for them only after a
 * moment, so that they can be seen. */
#include "reaptop/act/aftermath.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "reaptop/launch.h"
#include "reaptop/read/process_stat.h"

static const int64_t time_to_see = 3 * NS_PER_SECOND;
/* A parent that has not waited by then will hardly do so soon. */
static const int64_t patience = 10 * NS_PER_SECOND;

int aftermath_begin(struct aftermath *aftermath, const struct server *server)
{
	const struct child_set *children = &server->children.now;
	aftermath_end(aftermath);
	aftermath->orphans =
		calloc(children->count + 1, sizeof(*aftermath->orphans));
	if (aftermath->orphans == NULL)
		return -1;
	for (size_t i = 0; i < children->count; i++) {
		const struct child *child = &children->items[i];
		if (child_is_hidden(child))
			continue;
		aftermath->orphans[aftermath->count++] = (struct orphan){
			.pid = child->stat.pid,
			.start_ticks = child->stat.start_ticks,
			.is_zombie = child_is_zombie(child),
		};
	}
	aftermath->open = true;
	aftermath->pid = server->stat.pid;
	aftermath->ours = server->stat.ppid == getpid();
	aftermath->began = clock_now(CLOCK_MONOTONIC);
	memcpy(aftermath->name, server->name, sizeof(aftermath->name));
	if (aftermath->ours)
		launch_hold_orphans(true);
	return 0;
}

void aftermath_end(struct aftermath *aftermath)
{
	if (aftermath->open && aftermath->ours) {
		launch_hold_orphans(false);
		launch_reap();
	}
	free(aftermath->orphans);
	*aftermath = (struct aftermath){0};
}

static void learn_adopter(struct aftermath *aftermath, int proc, pid_t pid)
{
	struct process_stat stat;
	if (pid == aftermath->pid || pid <= 0 || pid == aftermath->adopter ||
	    process_stat_read_pid(proc, pid, &stat) != 0)
		return;
	aftermath->adopter = pid;
	snprintf(aftermath->adopter_name, sizeof(aftermath->adopter_name), "%s",
		 stat.name);
}

static void look_at(struct aftermath *aftermath, int proc,
		    struct orphan *orphan)
{
	struct process_stat stat;
	if (orphan->gone)
		return;
	if (process_stat_read_pid(proc, orphan->pid, &stat) != 0) {
		orphan->gone = proc_error_is_gone(errno);
		return;
	}
	orphan->gone = stat.start_ticks != orphan->start_ticks;
	orphan->is_zombie = process_stat_is_final(&stat);
	if (!orphan->gone)
		learn_adopter(aftermath, proc, stat.ppid);
}

bool aftermath_follow(struct aftermath *aftermath, int proc)
{
	int64_t passed = clock_now(CLOCK_MONOTONIC) - aftermath->began;
	bool left = false;
	if (!aftermath->open)
		return false;
	for (size_t i = 0; i < aftermath->count; i++) {
		look_at(aftermath, proc, &aftermath->orphans[i]);
		left = left || (!aftermath->orphans[i].gone &&
				aftermath->orphans[i].is_zombie);
	}
	if (aftermath->ours && passed >= time_to_see) {
		launch_hold_orphans(false);
		launch_reap();
	}
	return (left || aftermath->adopter == 0) && passed < patience;
}

struct counts {
	size_t zombies, reaped, live;
};

static struct counts count(const struct aftermath *aftermath)
{
	struct counts counts = {0};
	for (size_t i = 0; i < aftermath->count; i++) {
		const struct orphan *orphan = &aftermath->orphans[i];
		if (orphan->gone)
			counts.reaped++;
		else if (orphan->is_zombie)
			counts.zombies++;
		else
			counts.live++;
	}
	return counts;
}

void aftermath_describe(const struct aftermath *aftermath,
			char text[AFTERMATH_TEXT_SIZE])
{
	const struct counts counts = count(aftermath);
	char who[FULL_NAME_SIZE + 32] = "init or a subreaper";
	size_t size;
	if (aftermath->adopter != 0)
		snprintf(who, sizeof(who), "%s (%d)", aftermath->adopter_name,
			 aftermath->adopter);
	if (aftermath->count == 0)
		size = (size_t)snprintf(text, AFTERMATH_TEXT_SIZE,
					"%s (%d) is dead; it had no children",
					aftermath->name, aftermath->pid);
	else
		size = (size_t)snprintf(
			text, AFTERMATH_TEXT_SIZE,
			"%s is dead. Adopted by %s:", aftermath->name, who);
	const struct {
		size_t count;
		const char *what;
	} parts[] = {
		{counts.zombies, counts.zombies == 1 ? "zombie" : "zombies"},
		{counts.reaped, "reaped"},
		{counts.live, "alive"}};
	const char *comma = "";
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (parts[i].count == 0 || size >= AFTERMATH_TEXT_SIZE)
			continue;
		size += (size_t)snprintf(
			text + size, AFTERMATH_TEXT_SIZE - size, "%s %zu %s",
			comma, parts[i].count, parts[i].what);
		comma = ",";
	}
}
