/* The sockets that the processes of a tree hold. Two lists take turns: a
 * process that is not read in a sample is copied from the list of the one
 * before. */
#include "reaptop/watch/holdings.h"

#include <errno.h>
#include <stdlib.h>

#include "reaptop/array.h"
#include "reaptop/read/proc_file.h"

/* The cost of opening a process's folder, in descriptors read. */
enum { PROCESS_COST = 6 };

static void list_free(struct holding_list *list)
{
	free(list->processes);
	socket_list_free(&list->sockets);
}

void holdings_free(struct holdings *holdings)
{
	list_free(&holdings->now);
	list_free(&holdings->before);
	free(holdings->holders);
	*holdings = (struct holdings){0};
}

void holdings_begin(struct holdings *holdings)
{
	struct holding_list before = holdings->now;
	holdings->now = holdings->before;
	holdings->before = before;
	holdings->now.count = 0;
	holdings->now.sockets.count = 0;
}

int holdings_add(struct holdings *holdings, pid_t pid, uint64_t start_ticks)
{
	struct holding_list *list = &holdings->now;
	if (ARRAY_RESERVE(list->processes, list->capacity, list->count + 1) !=
	    0)
		return -1;
	list->processes[list->count++] = (struct process_sockets){
		.pid = pid, .start_ticks = start_ticks};
	return 0;
}

static int compare_processes(const void *one, const void *other)
{
	pid_t a = ((const struct process_sockets *)one)->pid;
	pid_t b = ((const struct process_sockets *)other)->pid;
	return (a > b) - (a < b);
}

static struct process_sockets *find(const struct holding_list *list, pid_t pid)
{
	const struct process_sockets key = {.pid = pid};
	return ARRAY_FIND(list->processes, list->count, &key,
			  compare_processes);
}

/* Returns what the sample before knew of that very process, or NULL. */
static const struct process_sockets *
known(const struct holdings *holdings, const struct process_sockets *process)
{
	const struct process_sockets *found =
		find(&holdings->before, process->pid);
	return found != NULL && found->read &&
			       found->start_ticks == process->start_ticks
		       ? found
		       : NULL;
}

/* Reads as descriptors_read_sockets(). If a process has no descriptors at all,
 * its first thread may have ended: then another thread is asked. */
static ssize_t read_sockets(int proc, pid_t pid, struct socket_list *sockets)
{
	int directory = proc_open_process(proc, pid);
	if (directory < 0)
		return -1;
	ssize_t cost = descriptors_read_sockets(directory, sockets);
	int thread = cost == 0 ? proc_open_other_thread(directory, pid) : -1;
	if (thread >= 0) {
		cost = descriptors_read_sockets(thread, sockets);
		proc_close(thread);
	}
	proc_close(directory);
	return cost;
}

static int read_process(struct holdings *holdings, int proc,
			struct process_sockets *process)
{
	struct socket_list *sockets = &holdings->now.sockets;
	size_t first = sockets->count;
	ssize_t cost = read_sockets(proc, process->pid, sockets);
	int error = cost < 0 ? errno : 0;
	if (error != 0 && error != EACCES && error != EPERM &&
	    !proc_error_is_gone(error)) {
		errno = error;
		return -1;
	}
	process->read = true;
	process->fresh = true;
	process->hidden = error == EACCES || error == EPERM;
	process->first = first;
	process->count = sockets->count - first;
	holdings->credit -= PROCESS_COST + (cost > 0 ? cost : 0);
	holdings->last_read = process->pid;
	return 0;
}

/* Reads the first process, unless that would take most of the budget. */
static int read_first(struct holdings *holdings, int proc, pid_t pid,
		      long budget)
{
	struct process_sockets *process = find(&holdings->now, pid);
	if (process == NULL || holdings->credit <= 0)
		return 0;
	const struct process_sockets *was = known(holdings, process);
	if (was == NULL || was->count > (size_t)budget / 2)
		return 0;
	pid_t last_read = holdings->last_read;
	int result = read_process(holdings, proc, process);
	holdings->last_read = last_read;
	return result;
}

static int read_new(struct holdings *holdings, int proc)
{
	struct holding_list *now = &holdings->now;
	pid_t last_read = holdings->last_read;
	for (size_t i = 0; i < now->count && holdings->credit > 0; i++)
		if (!now->processes[i].read &&
		    known(holdings, &now->processes[i]) == NULL &&
		    read_process(holdings, proc, &now->processes[i]) != 0)
			return -1;
	holdings->last_read = last_read;
	return 0;
}

/* Continues behind the PID that was read last, in a circle. */
static int read_in_turn(struct holdings *holdings, int proc)
{
	struct holding_list *now = &holdings->now;
	size_t start = 0;
	while (start < now->count &&
	       now->processes[start].pid <= holdings->last_read)
		start++;
	for (size_t i = 0; i < now->count && holdings->credit > 0; i++) {
		struct process_sockets *process =
			&now->processes[(start + i) % now->count];
		if (!process->read &&
		    read_process(holdings, proc, process) != 0)
			return -1;
	}
	return 0;
}

static int keep_known(struct holdings *holdings)
{
	struct holding_list *now = &holdings->now;
	const struct holding_list *before = &holdings->before;
	holdings->unread = 0;
	for (size_t i = 0; i < now->count; i++) {
		struct process_sockets *process = &now->processes[i];
		const struct process_sockets *was = known(holdings, process);
		if (process->read)
			continue;
		if (was == NULL) {
			holdings->unread++;
			continue;
		}
		*process = *was;
		process->fresh = false;
		process->first = now->sockets.count;
		for (size_t j = 0; j < was->count; j++)
			if (socket_list_add(
				    &now->sockets,
				    before->sockets.inodes[was->first + j]) !=
			    0)
				return -1;
	}
	return 0;
}

static int compare_holders(const void *one, const void *other)
{
	const struct holder *a = one, *b = other;
	if (a->socket != b->socket)
		return a->socket < b->socket ? -1 : 1;
	return (a->pid > b->pid) - (a->pid < b->pid);
}

/* Builds the list of holders. A process that holds a socket by several
 * descriptors stands in it once. */
static int index_holders(struct holdings *holdings)
{
	const struct holding_list *now = &holdings->now;
	size_t count = 0, kept = 0;
	if (ARRAY_RESERVE(holdings->holders, holdings->holder_capacity,
			  now->sockets.count) != 0)
		return -1;
	struct holder *holders = holdings->holders;
	for (size_t i = 0; i < now->count; i++) {
		const struct process_sockets *process = &now->processes[i];
		for (size_t j = 0; j < process->count; j++)
			holders[count++] = (struct holder){
				now->sockets.inodes[process->first + j],
				process->pid};
	}
	ARRAY_SORT(holders, count, compare_holders);
	for (size_t i = 0; i < count; i++)
		if (i == 0 ||
		    compare_holders(&holders[i], &holders[kept - 1]) != 0)
			holders[kept++] = holders[i];
	holdings->holder_count = kept;
	return 0;
}

int holdings_read(struct holdings *holdings, int proc, pid_t first, long budget)
{
	struct holding_list *now = &holdings->now;
	holdings->credit += budget;
	if (holdings->credit > budget)
		holdings->credit = budget;
	ARRAY_SORT(now->processes, now->count, compare_processes);
	if (read_first(holdings, proc, first, budget) != 0 ||
	    read_new(holdings, proc) != 0 ||
	    read_in_turn(holdings, proc) != 0 || keep_known(holdings) != 0)
		return -1;
	return index_holders(holdings);
}

const struct process_sockets *holdings_of(const struct holdings *holdings,
					  pid_t pid)
{
	return find(&holdings->now, pid);
}

size_t holdings_find(const struct holdings *holdings, uint64_t socket,
		     const struct holder **first)
{
	const struct holder from = {socket, 0}, to = {socket, INT32_MAX};
	size_t begin = ARRAY_PLACE(holdings->holders, holdings->holder_count,
				   &from, compare_holders);
	size_t end = ARRAY_PLACE(holdings->holders, holdings->holder_count, &to,
				 compare_holders);
	*first = holdings->holders + begin;
	return socket == 0 ? 0 : end - begin;
}
