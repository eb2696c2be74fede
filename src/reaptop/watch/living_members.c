/* Who of a server's tree still lives: see living_members.h. */
#include "reaptop/watch/living_members.h"

#include <errno.h>
#include <unistd.h>

#include "reaptop/read/proc_file.h"

static int add_descendants(struct holdings *holdings,
			   const struct descendant_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct process_stat *stat = &list->items[i].stat;
		if (!process_stat_is_final(stat) &&
		    stat->state != CHILD_STATE_HIDDEN &&
		    holdings_add(holdings, stat->pid, stat->start_ticks) != 0)
			return -1;
	}
	return 0;
}

int living_members_add(struct holdings *holdings, const struct server *server)
{
	const struct child_set *children = &server->children.now;
	holdings_begin(holdings);
	if (!server->ended && holdings_add(holdings, server->stat.pid,
					   server->stat.start_ticks) != 0)
		return -1;
	for (size_t i = 0; i < children->count; i++) {
		const struct child *child = &children->items[i];
		if (process_stat_is_final(&child->stat) ||
		    child_is_hidden(child))
			continue;
		if (holdings_add(holdings, child->stat.pid,
				 child->stat.start_ticks) != 0)
			return -1;
	}
	return add_descendants(holdings, &server->descendants.now);
}

static int open_member(int proc, pid_t pid)
{
	int directory = proc_open_process(proc, pid);
	if (directory < 0 || faccessat(directory, "net/tcp", F_OK, 0) == 0)
		return directory;
	int thread = proc_open_other_thread(directory, pid);
	(void)close(directory); /* only looked at */
	return thread;
}

int living_members_open(int proc, const struct server *server,
			const struct holdings *holdings)
{
	const struct holding_list *list = &holdings->now;
	int found = server->ended ? -1 : open_member(proc, server->stat.pid);
	for (size_t i = 0; found < 0 && i < list->count; i++)
		found = open_member(proc, list->processes[i].pid);
	if (found < 0)
		errno = ENOENT;
	return found;
}
