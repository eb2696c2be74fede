/* Every process on the machine that has zombies. */
#include "reaptop/watch/zombie_parents.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "reaptop/array.h"
#include "reaptop/clock.h"
#include "reaptop/read/proc_file.h"

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
	if (tally.count > 1)
		qsort(tally.parents, tally.count, sizeof(*tally.parents),
		      by_zombies);
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
			watch_remove(watch, i - 1);
}
