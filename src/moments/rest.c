/* Who may run when: the children first, then one thread of the parent, until all of
 * them sleep. All runs on one processor, so the order is always the same. */
#include "moments/run.h"

#include "moments/event_log.h"

#include "common/clock.h"

#include <sys/wait.h>

enum {
	SHORT_WAIT = 60000, /* nanoseconds: about one call */
	LONG_WAIT = 1000000,
	SHORT_ROUNDS = 8,
	LOOK_AT_CLOCK_EACH = 16, /* rounds of waiting */
	CALLS_MAX = 4000,        /* of the parent between two rests */
};

/* What a thread may use of its processor without any stop before it is said to spin,
 * in nanoseconds: an interpreter computes for long before it listens. And how long all
 * may wait for the disk or the like. */
static const int64_t burning_time = 300 * NS_PER_MS;
static const int64_t starting_time = 3 * NS_PER_SECOND;
static const int64_t idle_time = 30 * NS_PER_MS;
static const int64_t lost_time = 20 * NS_PER_SECOND;

/* A wait for something to happen. */
struct patience {
	int rounds;
	int64_t since; /* on the clock, when nothing happened any more */
	pid_t burner;
	int64_t cpu; /* the burner's processor time then */
};

static int over(struct run *run, enum outcome outcome)
{
	run->facts->outcome = outcome;
	run->facts->phase = run->phase;
	return -1;
}

/* Waits a little for that task to stop or to sleep. Returns -1 if it never will. */
static int wait_for(struct run *run, const struct task *task,
		    struct patience *patience)
{
	/* A stop is taken by the caller, whether it came or not. */
	(void)tracee_await_stop(patience->rounds < SHORT_ROUNDS ? SHORT_WAIT
								: LONG_WAIT);
	if (++patience->rounds % LOOK_AT_CLOCK_EACH != 0)
		return 0;
	int64_t now = clock_now(CLOCK_MONOTONIC);
	if (patience->since == 0 || patience->burner != task->tid) {
		patience->since = now;
		patience->burner = task->tid;
		patience->cpu = task_cpu_time(task);
		return 0;
	}
	int64_t used = task_cpu_time(task) - patience->cpu;
	if (used > (task->role == ROLE_STARTING ? starting_time : burning_time))
		return over(run, task->role == ROLE_PARENT ||
						 task->role == ROLE_STARTING
					 ? OUTCOME_SPINS
					 : OUTCOME_BURNS);
	/* On a busy machine it may only be slow. */
	if (now - patience->since > (used > idle_time ? 5 : 1) * lost_time)
		return over(run, OUTCOME_LOST);
	return 0;
}

/* Handles the death of a thread. */
static void died(struct run *run, struct task *task)
{
	if (task->tid == run->parent) {
		run->parent_dead = true;
		run->facts->status = task->stop.status;
	}
	if (task->child > 0) {
		struct child *child = &run->children[task->child - 1];

		child->fate = CHILD_DEAD;
		child->status = task->stop.status;
		event_log_death(run, task->child, child->status);
	}
	tasks_remove(task);
}

static int take_stop(struct run *run, pid_t tid, int status)
{
	struct task *task = tasks_find(&run->tasks, tid);

	if (task == NULL)
		task = tasks_add(&run->tasks, tid);
	if (task == NULL) {
		/* Its stop was taken, and nobody else will know of it. */
		tracee_kill(tid);
		return over(run, OUTCOME_CROWD);
	}
	tracee_read_stop(tid, status, &task->stop);
	if (task->stop.kind == STOP_DEAD) {
		died(run, task);
		return 0;
	}
	task->state = TASK_STOPPED;
	if (task->role == ROLE_STARTING)
		start_stopped(run, task);
	else if (task->role != ROLE_PARENT)
		children_stopped(run, task);
	return 0;
}

/* Handles all stops that have come. Returns how many, or -1 if the run is over. */
static int take_stops(struct run *run)
{
	int status, count = 0;
	pid_t tid;

	while ((tid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		if (take_stop(run, tid, status) < 0)
			return -1;
		count++;
	}
	if (run->parent_dead)
		return over(run, OUTCOME_ENDED);
	return count;
}

static bool is_parents(const struct task *task)
{
	return task->role == ROLE_PARENT;
}

/* Returns a thread of the parent that stands still: the one that ran last, if it is
 * among them. */
static struct task *next_thread(struct run *run)
{
	struct task *first = NULL;

	for (size_t i = 0; i < run->tasks.used; i++) {
		struct task *task = &run->tasks.all[i];

		if (!is_parents(task) || task->state != TASK_STOPPED)
			continue;
		if (task->tid == run->current)
			return task;
		if (first == NULL)
			first = task;
	}
	return first;
}

/* Finds a task that still runs: first among the children and others, then among the
 * parent's threads. A stop that comes meanwhile is handled, and *stopped is set. */
static struct task *find_running(struct run *run, bool parents, bool *stopped)
{
	for (size_t i = 0; i < run->tasks.used; i++) {
		struct task *task = &run->tasks.all[i];
		int status;

		if (is_parents(task) != parents || !task->claimed ||
		    task->state == TASK_STOPPED)
			continue;
		/* A thread that is woken up stops at the end of its call: it can
		 * be looked for once no other thread is left to run. */
		if (parents && task->state == TASK_ASLEEP &&
		    next_thread(run) != NULL)
			continue;
		if (task_sleeps(task, &status)) {
			task->state = TASK_ASLEEP;
			continue;
		}
		if (status != 0) {
			*stopped = true;
			(void)take_stop(run, task->tid, status);
			return NULL;
		}
		return task;
	}
	return NULL;
}

static bool is_any_running(const struct run *run)
{
	for (size_t i = 0; i < run->tasks.used; i++)
		if (run->tasks.all[i].claimed &&
		    run->tasks.all[i].state == TASK_RUNNING)
			return true;
	return false;
}

int rest_reach(struct run *run)
{
	struct patience patience = {0};
	int calls = run->call;
	bool quiet = false; /* nothing stopped for a while */

	for (;;) {
		bool stopped = false;
		int count = take_stops(run);

		if (count < 0)
			return -1;
		if (count > 0) {
			patience = (struct patience){0};
			quiet = false;
		}
		/* Most calls end at once: nothing is looked up for those. */
		if (!quiet && is_any_running(run)) {
			quiet = !tracee_await_stop(SHORT_WAIT);
			continue;
		}
		struct task *task = find_running(run, false, &stopped);
		if (task == NULL && !stopped)
			task = find_running(run, true, &stopped);
		if (stopped)
			continue;
		if (task != NULL) {
			if (wait_for(run, task, &patience) < 0)
				return -1;
			continue;
		}
		task = next_thread(run);
		if (task == NULL)
			return 0;
		run->current = task->tid;
		quiet = false;
		parent_stopped(run, task);
		if (run->facts->outcome != OUTCOME_PLAYED)
			return -1;
		if (run->call - calls > CALLS_MAX)
			return over(run, OUTCOME_SPINS);
	}
}
