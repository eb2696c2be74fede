/* The moments of the parent: each of its stops is one, and here the plan is carried
 * out. */
#include "moments/run.h"

#include "moments/calls.h"
#include "moments/event_log.h"
#include "moments/machine.h"
#include "moments/source.h"
#include "moments/timeout.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { STEPS_MAX = 20000 }; /* instructions between two calls */

/* Reads a set of signals, as SigCgt, from /proc/PID/task/TID/status. */
static uint64_t read_signals(const struct task *task, const char *name)
{
	char path[64], line[256];
	size_t size = strlen(name);
	unsigned long long set = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/status",
		       (int)task->process, (int)task->tid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, size) == 0 && line[size] == ':')
			(void)sscanf(line + size + 1, "%llx", &set);
	(void)fclose(file); /* was only read */
	return set;
}

static uint64_t signal_bit(int signal)
{
	return UINT64_C(1) << (signal - 1);
}

static bool catches(const struct task *task, int signal)
{
	return (read_signals(task, "SigCgt") & signal_bit(signal)) != 0;
}

/* Returns whether a child's death can show inside a call. A signal that is neither
 * caught nor blocked interrupts a call only because the thread is traced. */
static bool death_can_show(const struct task *task)
{
	uint64_t deaths = signal_bit(SIGCHLD) | ~(signal_bit(32) - 1);

	return ((read_signals(task, "SigCgt") | read_signals(task, "SigBlk")) &
		deaths) != 0;
}

static const struct placement *next_death(const struct run *run)
{
	if (run->plan == NULL || run->carried_out >= run->plan->count)
		return NULL;
	return &run->plan->deaths[run->carried_out];
}

/* Keeps where the thread stands in the source, for all that is told of this stop. */
static void locate(struct run *run, struct task *task)
{
	task->address = tracee_address(task->tid) - run->load;
	task->place = -1;
	if (run->source != NULL)
		task->place = source_place_of_thread(run->source, task->process,
						     task->tid, run->load);
}

/* The same at the start of a statement. */
static void locate_statement(struct run *run, struct task *task,
			     uint64_t address)
{
	task->address = address;
	task->place = -1;
	if (run->source != NULL)
		task->place = source_place_of(run->source, address);
}

static void record(struct run *run, const struct task *task,
		   const struct moment *at)
{
	uint64_t held = children_held(run);

	if (run->trace == NULL || held == 0 || run->all_at_once)
		return;
	if (at->kind == MOMENT_ENTERED &&
	    (call_is_sigreturn(at->number) || !death_can_show(task)))
		return;
	trace_add(run->trace, &(struct seen){
				      .at = *at,
				      .held = held,
				      .address = task->address,
				      .place = task->place,
			      });
}

/* Returns whether the plan has a death at this moment. */
static bool is_planned(struct run *run, const struct moment *at)
{
	const struct placement *death = next_death(run);

	if (death == NULL || !moment_same(&death->at, at))
		return false;
	if (death->at.path != 0 && death->at.path != at->path) {
		run->facts->outcome = OUTCOME_DEVIATED;
		return false;
	}
	return true;
}

/* Lets all children die that are to die at this moment. */
static void carry_out(struct run *run, const struct task *task,
		      const struct moment *at)
{
	const struct placement *death;

	run->facts->died_before_call |= at->kind == MOMENT_BEFORE;
	if (run->trace != NULL && run->carried_out == 0)
		run->trace->first_death = run->trace->count;
	while ((death = next_death(run)) != NULL &&
	       moment_same(&death->at, at)) {
		if (!children_die(run, death->child)) {
			run->facts->outcome = OUTCOME_DEVIATED;
			return;
		}
		if (run->story != NULL)
			story_add(run->story,
				  &(struct note){.kind = NOTE_PLACED,
						 .phase = run->phase,
						 .number = death->child,
						 .place = task->place,
						 .where = (char)at->kind});
		run->carried_out++;
	}
}

static struct moment here(const struct run *run, enum moment_kind kind,
			  int number, int step)
{
	return (struct moment){
		.phase = run->phase,
		.call = run->call,
		.kind = kind,
		.number = number,
		.step = step,
		.path = run->path,
	};
}

/* Passes one moment. Returns whether children died. */
static bool pass(struct run *run, struct task *task, const struct moment *at)
{
	record(run, task, at);
	if (!is_planned(run, at))
		return false;
	if (at->kind == MOMENT_BEFORE &&
	    tracee_undo_call(task->tid, &task->entered) < 0) {
		run->facts->outcome = OUTCOME_DEVIATED;
		return false;
	}
	carry_out(run, task, at);
	return true;
}

static void note(struct run *run, const struct task *task, enum note_kind kind,
		 int number, int64_t result)
{
	if (run->story != NULL)
		story_add(run->story, &(struct note){.kind = kind,
						     .phase = run->phase,
						     .number = number,
						     .result = result,
						     .place = task->place});
}

/* Returns whether the plan's next death is at a statement behind this moment. */
static bool planned_behind(const struct run *run, const struct moment *at)
{
	const struct placement *death = next_death(run);
	struct moment start;

	if (death == NULL || death->at.step == 0)
		return false;
	start = death->at;
	start.step = at->step;
	return moment_same(&start, at) && death->at.step > at->step;
}

/* Goes on by single instructions, to stop at the start of each statement. Ends before
 * the next call, at a signal, or where nothing is left to do. Returns whether the thread
 * has a new stop, to be handled as any other. */
static bool walk(struct run *run, struct task *task, struct moment at,
		 int *signal)
{
	bool recording = run->stepping && children_held(run) != 0;

	/* An interrupted call may start again, and then a step would be a call. */
	if (run->setting->statements == NULL || task->interrupted)
		return false;
	for (int i = 0; i < STEPS_MAX; i++) {
		int status;

		if (!recording && !planned_behind(run, &at))
			return false;
		/* A system call is never stepped over: it may be sigreturn. */
		if ((*signal == 0 && tracee_at_call(task->tid)) ||
		    tracee_resume(task->tid, PACE_ONE_STEP, *signal) < 0 ||
		    waitpid(task->tid, &status, __WALL) != task->tid)
			return false;
		*signal = 0;
		task->interrupted = false;
		tracee_read_stop(task->tid, status, &task->stop);
		if (task->stop.kind != STOP_STEPPED)
			return true;
		uint64_t address = tracee_address(task->tid) - run->load;
		if (!statements_has(run->setting->statements, address))
			continue;
		at.step++;
		locate_statement(run, task, address);
		(void)pass(run, task, &at);
	}
	return false;
}

/* Each of these handles one kind of stop, and returns the signal to deliver. */

static void entered(struct run *run, struct task *task)
{
	int number = task->stop.number;
	struct moment at;

	run->call++;
	run->facts->calls++;
	run->facts->sets_timer |= call_is_timer(number);
	run->path = path_add(run->path, run->phase, number, 'C');
	task->number = number;
	task->interrupted = false;
	if (tracee_get_registers(task->tid, &task->entered) < 0)
		return; /* killed */
	/* sigreturn is made by no line; the handler's last line stands for it. */
	if (!call_is_sigreturn(number))
		locate(run, task);
	note(run, task, NOTE_CALL, number, 0);
	at = here(run, MOMENT_BEFORE, number, 0);
	if (pass(run, task, &at))
		return; /* it enters the call anew */
	at.kind = MOMENT_ENTERED;
	(void)pass(run, task, &at);
	timeout_hold(task);
}

/* Returns whether the thread has a new stop. */
static bool returned(struct run *run, struct task *task)
{
	struct moment at = here(run, MOMENT_RETURNED, task->number, 0);
	int no_signal = 0;

	timeout_restore(task);
	task->interrupted = call_was_interrupted(task->stop.result);
	if (call_is_sigreturn(task->number))
		locate(run, task);
	note(run, task, NOTE_RETURN, task->number, task->stop.result);
	event_log_return(run, task);
	(void)pass(run, task, &at);
	return walk(run, task, at, &no_signal);
}

/* A traced thread gets a signal even if it ignores the signal, and the call that it
 * sleeps in is interrupted. Puts the thread in front of that call again. */
static void ignore_signal(struct task *task)
{
	struct user_regs_struct registers = task->entered;

	if (!task->interrupted)
		return;
	machine_rewind_call(&registers);
	(void)tracee_set_registers(task->tid, &registers);
}

/* Returns whether the thread has a new stop. */
static bool signalled(struct run *run, struct task *task, int *signal)
{
	struct moment at;

	*signal = task->stop.number;
	if (!catches(task, *signal)) {
		if (*signal == SIGCHLD) {
			ignore_signal(task);
			*signal = 0;
		}
		return false;
	}
	task->interrupted = false; /* the handler runs before any restart */
	run->path = path_add(run->path, run->phase, *signal, 'S');
	locate(run, task);
	note(run, task, NOTE_SIGNAL, *signal, 0);
	if (*signal == SIGCHLD) {
		run->sigchlds++;
		event_log_sigchld(run);
	}
	at = here(run, MOMENT_SIGNAL, *signal, 0);
	(void)pass(run, task, &at);
	return walk(run, task, at, signal);
}

void parent_stopped(struct run *run, struct task *task)
{
	int signal = 0;

	switch (task->stop.kind) {
	case STOP_ENTERED:
		entered(run, task);
		break;
	case STOP_RETURNED:
		if (returned(run, task))
			return;
		break;
	case STOP_SIGNAL:
		if (signalled(run, task, &signal))
			return;
		break;
	case STOP_FORKED:
		children_claim(run, task, task->stop.child);
		break;
	default:
		break;
	}
	/* If it cannot go on it was killed, and its death is the next stop. */
	(void)tracee_resume(task->tid, PACE_CALLS, signal);
	task->state = TASK_RUNNING;
}

bool parent_asleep(struct run *run)
{
	struct task *task = tasks_find(&run->tasks, run->current);
	struct moment at;

	if (task == NULL)
		return false;
	note(run, task, NOTE_ASLEEP, task->number, 0);
	at = here(run, MOMENT_ASLEEP, task->number, run->rests++);
	return pass(run, task, &at);
}
