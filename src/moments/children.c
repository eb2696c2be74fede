/* The children of the parent: each runs freely until its exit, is held there, and dies
 * when it is told to. */
#include "moments/run.h"

#include "moments/event_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEATH_ROUNDS = 2000 }; /* of a millisecond */

/* Returns whether both are threads of one process. */
static bool same_process(pid_t process, pid_t tid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d", (int)process,
		       (int)tid);
	return access(path, F_OK) == 0;
}

/* Numbers a process that the parent has made. */
static void number_child(struct run *run, struct task *task)
{
	if (!run->holding) {
		run->early++;
		return;
	}
	if (run->child_count == FACTS_CHILDREN_MAX)
		return; /* freed as a process of no interest */
	run->children[run->child_count++] = (struct child){.pid = task->tid};
	task->role = ROLE_CHILD;
	task->below = true;
	task->child = run->child_count;
	run->facts->children = run->child_count;
	event_log_fork(run, task->child);
	if (run->story != NULL)
		story_add(run->story, &(struct note){.kind = NOTE_FORK,
						     .phase = run->phase,
						     .number = task->child,
						     .place = -1});
}

void children_claim(struct run *run, struct task *maker, pid_t made)
{
	struct task from = *maker;
	struct task *task = tasks_find(&run->tasks, made);

	/* The first stop of the new thread can come before this one. */
	if (task == NULL)
		task = tasks_add(&run->tasks, made);
	if (task == NULL)
		return; /* the next look at the table ends the run */
	task->claimed = true;
	task->below = from.below;
	if (same_process(from.process, made)) {
		/* If its process becomes the parent, a thread that sleeps is not
		 * to be disturbed. So it stops at every call from the start. */
		maker->by_calls = task->by_calls = true;
		task->process = from.process;
		task->role = from.role == ROLE_CHILD ? ROLE_OTHER : from.role;
	} else if (from.role == ROLE_PARENT) {
		number_child(run, task);
	} else {
		task->role =
			from.role == ROLE_STARTING ? ROLE_STARTING : ROLE_OTHER;
		task->by_calls = !run->starts_freely;
	}
	bool by_calls = task->role == ROLE_PARENT ||
			(task->role == ROLE_STARTING && task->by_calls);
	if (task->state == TASK_STOPPED &&
	    tracee_resume(task->tid, by_calls ? PACE_CALLS : PACE_FREE, 0) == 0)
		task->state = TASK_RUNNING;
}

static void hold(struct run *run, struct task *task)
{
	task->held = true;
	run->children[task->child - 1].fate = CHILD_HELD;
	if (run->story != NULL)
		story_add(run->story, &(struct note){.kind = NOTE_HELD,
						     .phase = run->phase,
						     .number = task->child,
						     .place = -1});
}

void children_stopped(struct run *run, struct task *task)
{
	int signal = 0;

	if (!task->claimed)
		return; /* stands still until its fork is seen */
	switch (task->stop.kind) {
	case STOP_FORKED:
		children_claim(run, task, task->stop.child);
		break;
	case STOP_EXITING:
		if (task->child > 0 && run->holding) {
			hold(run, task);
			return;
		}
		break;
	case STOP_SIGNAL:
		signal = task->stop.number;
		break;
	default:
		break;
	}
	/* If it cannot go on it was killed, and its death is the next stop. */
	(void)tracee_resume(task->tid, PACE_FREE, signal);
	task->state = TASK_RUNNING;
}

/* Waits for the death of a thread that was resumed at its exit. Returns false if it
 * takes too long, as when its process has other threads. */
static bool await_death(pid_t tid, int *status)
{
	for (int tries = 0; tries < DEATH_ROUNDS; tries++) {
		pid_t got = waitpid(tid, status, WNOHANG | __WALL);

		if (got == tid && !WIFSTOPPED(*status))
			return true;
		if (got < 0)
			return errno == ECHILD;
		(void)tracee_await_stop(1000000); /* looked at above */
	}
	return false;
}

bool children_die(struct run *run, int number)
{
	struct child *child = &run->children[number - 1];
	struct task *task = tasks_find(&run->tasks, child->pid);

	if (number > run->child_count || child->fate != CHILD_HELD ||
	    task == NULL)
		return false;
	/* At its exit a child is not dead for its parent. It dies for its parent
	 * when its tracer has waited for it: then the zombie and SIGCHLD are the
	 * parent's. */
	if (tracee_resume(task->tid, PACE_FREE, 0) < 0 ||
	    !await_death(task->tid, &child->status))
		return false;
	tasks_remove(task);
	child->fate = CHILD_DEAD;
	event_log_death(run, number, child->status);
	return true;
}

int children_first_held(const struct run *run)
{
	for (int i = 0; i < run->child_count; i++)
		if (run->children[i].fate == CHILD_HELD)
			return i + 1;
	return 0;
}

uint64_t children_held(const struct run *run)
{
	uint64_t held = 0;

	for (int i = 0; i < run->child_count; i++)
		if (run->children[i].fate == CHILD_HELD)
			held |= UINT64_C(1) << i;
	return held;
}

/* Returns whether the process is a zombie of that parent. */
static bool is_zombie(pid_t pid, pid_t parent)
{
	char path[64], text[512], state;
	const char *end;
	int above;
	ssize_t got;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	(void)close(fd); /* was only read */
	if (got <= 0)
		return false;
	text[got] = '\0';
	end = strrchr(text, ')');
	return end != NULL && sscanf(end, ") %c %d", &state, &above) == 2 &&
	       state == 'Z' && above == parent;
}

uint64_t children_zombies(const struct run *run)
{
	uint64_t zombies = 0;

	for (int i = 0; i < run->child_count; i++)
		if (run->children[i].fate == CHILD_DEAD &&
		    is_zombie(run->children[i].pid, run->parent))
			zombies |= UINT64_C(1) << i;
	return zombies;
}

uint64_t children_alive(const struct run *run)
{
	uint64_t alive = 0;

	for (int i = 0; i < run->child_count; i++)
		if (run->children[i].fate == CHILD_ALIVE)
			alive |= UINT64_C(1) << i;
	return alive;
}
