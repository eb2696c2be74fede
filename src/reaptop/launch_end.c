/* Ending what was launched. A process group is signalled only while its leader
 * is uncollected, and else only our own children are: no signal can go to a
 * process that happens to have got an old number. */
#include "reaptop/launch.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reaptop/clock.h"
#include "reaptop/launch_registry.h"
#include "reaptop/read/children.h"

enum { INHERITED_MAX = 64 };

static const int64_t patience_with_term = 2 * NS_PER_SECOND;
static const int64_t patience_with_kill = 5 * NS_PER_SECOND;

/* Read by launch_kill_all() in a crash handler, through `running[i]->pid` and
 * `ended`, which are plain but set before the program can matter. */
static struct launched *volatile running[LAUNCH_MAX];

/* Children from before an exec(2) of ours: not to be touched. */
static pid_t inherited[INHERITED_MAX];
static size_t inherited_count;

static bool orphans_held;

/* A view of our own children. */
struct own_children {
	int proc;
	int self;
	struct proc_text scratch;
	struct child_list list;
};

static int own_children_open(struct own_children *own)
{
	*own = (struct own_children){.self = -1};
	own->proc = proc_open();
	if (own->proc >= 0)
		own->self = proc_open_process(own->proc, getpid());
	return own->self < 0 ? -1 : 0;
}

static void own_children_close(struct own_children *own)
{
	child_list_free(&own->list);
	proc_text_free(&own->scratch);
	if (own->self >= 0)
		close(own->self);
	if (own->proc >= 0)
		close(own->proc);
}

/* reaptop has one thread. */
static int own_children_read(struct own_children *own)
{
	return children_read(own->proc, own->self, getpid(), 1, &own->scratch,
			     &own->list);
}

int launch_prepare(void)
{
	struct own_children own;
	int result = own_children_open(&own);
	if (result == 0)
		result = own_children_read(&own);
	for (size_t i = 0; result == 0 && i < own.list.count; i++)
		if (inherited_count < INHERITED_MAX)
			inherited[inherited_count++] = own.list.entries[i].pid;
	own_children_close(&own);
	if (result != 0)
		return -1;
	return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

int launch_register(struct launched *launched)
{
	for (int i = 0; i < LAUNCH_MAX; i++)
		if (running[i] == NULL) {
			running[i] = launched;
			return 0;
		}
	errno = EAGAIN;
	return -1;
}

void launch_unregister(const struct launched *launched)
{
	for (int i = 0; i < LAUNCH_MAX; i++)
		if (running[i] == launched)
			running[i] = NULL;
}

static void note_end(pid_t pid, int exit_status)
{
	for (int i = 0; i < LAUNCH_MAX; i++)
		if (running[i] != NULL && running[i]->pid == pid) {
			running[i]->ended = true;
			running[i]->exit_status = exit_status;
		}
}

void launch_hold_orphans(bool hold)
{
	orphans_held = hold;
}

/* Collects those that were launched, and no orphan. */
static void reap_launched(void)
{
	for (int i = 0; i < LAUNCH_MAX; i++) {
		int exit_status;
		struct launched *launched = running[i];
		if (launched == NULL || launched->pid == 0 || launched->ended ||
		    waitpid(launched->pid, &exit_status, WNOHANG) <= 0)
			continue;
		launched->ended = true;
		launched->exit_status = exit_status;
	}
}

void launch_reap(void)
{
	int exit_status;
	pid_t pid;
	if (orphans_held) {
		reap_launched();
		return;
	}
	while ((pid = waitpid(-1, &exit_status, WNOHANG)) > 0)
		note_end(pid, exit_status);
}

bool launch_has_ended(pid_t pid, int *exit_status)
{
	for (int i = 0; i < LAUNCH_MAX; i++) {
		const struct launched *launched = running[i];
		if (launched == NULL || launched->pid != pid ||
		    !launched->ended)
			continue;
		*exit_status = launched->exit_status;
		return true;
	}
	return false;
}

static void signal_groups(int number)
{
	for (int i = 0; i < LAUNCH_MAX; i++) {
		const struct launched *launched = running[i];
		if (launched != NULL && launched->pid > 0 && !launched->ended)
			(void)kill(-launched->pid, number);
	}
}

void launch_kill_all(void)
{
	signal_groups(SIGKILL);
}

static bool is_inherited(pid_t pid)
{
	for (size_t i = 0; i < inherited_count; i++)
		if (inherited[i] == pid)
			return true;
	return false;
}

bool launch_started(const struct process_stat *stat)
{
	return stat->ppid == getpid() && !is_inherited(stat->pid);
}

/* Signals every child that came of what we launched. Until we wait for them,
 * their PIDs are theirs. Returns how many there are. */
static size_t signal_children(struct own_children *own, int number)
{
	size_t count = 0;
	if (own_children_read(own) != 0)
		return 1; /* unknown, so not none */
	for (size_t i = 0; i < own->list.count; i++) {
		pid_t pid = own->list.entries[i].pid;
		if (is_inherited(pid))
			continue;
		(void)kill(pid, number); /* a zombie does not mind */
		count++;
	}
	return count;
}

/* Reaps until nothing of ours is left, which makes it 0, or -1 after the
 * deadline. Each round sends the signal, 0 being none. */
static int drain(struct own_children *own, int number, int64_t deadline)
{
	const struct timespec pause = clock_span(5 * NS_PER_MS);
	for (;;) {
		launch_reap();
		if (signal_children(own, number) == 0)
			return 0;
		if (clock_now(CLOCK_MONOTONIC) >= deadline)
			return -1;
		(void)nanosleep(&pause, NULL);
	}
}

static bool any_launched(void)
{
	for (int i = 0; i < LAUNCH_MAX; i++)
		if (running[i] != NULL)
			return true;
	return false;
}

int launch_end_all(void)
{
	struct own_children own;
	orphans_held = false;
	if (!any_launched())
		return 0;
	signal_groups(SIGTERM);
	signal_groups(SIGCONT);
	int result = own_children_open(&own);
	if (result != 0) {
		launch_kill_all();
		return -1;
	}
	(void)signal_children(&own, SIGTERM);
	(void)signal_children(&own, SIGCONT);
	int64_t now = clock_now(CLOCK_MONOTONIC);
	if (drain(&own, 0, now + patience_with_term) != 0) {
		signal_groups(SIGKILL);
		now = clock_now(CLOCK_MONOTONIC);
		result = drain(&own, SIGKILL, now + patience_with_kill);
	}
	own_children_close(&own);
	return result;
}
