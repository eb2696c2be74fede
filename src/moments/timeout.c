/* Which calls have a time-out, and how one ends: see timeout.h. */
#include "moments/timeout.h"

#include "moments/calls.h"
#include "moments/machine.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* How a call is told how long to wait. */
enum form {
	FORM_MS,    /* in milliseconds; -1 is without limit */
	FORM_TIME,  /* by the address of two longs; NULL is without limit */
	FORM_SLEEP, /* the same, but there is no form without limit */
};

struct timed_call {
	int64_t result; /* when the time is over */
	int number;
	enum form form;
	int argument; /* that has the time-out */
	bool clears;  /* arguments 1 to 3 are sets that are empty then */
};

static const struct timed_call timed_calls[] = {
#ifdef SYS_poll
	{0, SYS_poll, FORM_MS, 2, false},
	{0, SYS_epoll_wait, FORM_MS, 3, false},
	{0, SYS_select, FORM_TIME, 4, true},
#endif
	{0, SYS_ppoll, FORM_TIME, 2, false},
	{0, SYS_pselect6, FORM_TIME, 4, true},
	{0, SYS_epoll_pwait, FORM_MS, 3, false},
	{0, SYS_epoll_pwait2, FORM_TIME, 3, false},
	{-EAGAIN, SYS_rt_sigtimedwait, FORM_TIME, 2, false},
	{0, SYS_nanosleep, FORM_SLEEP, 0, false},
	{0, SYS_clock_nanosleep, FORM_SLEEP, 2, false},
};

static const struct timed_call *find_call(int number)
{
	for (size_t i = 0; i < sizeof(timed_calls) / sizeof(timed_calls[0]);
	     i++)
		if (timed_calls[i].number == number)
			return &timed_calls[i];
	return NULL;
}

/* Returns whether a call with these arguments waits, and for a limited time. */
static bool is_limited(pid_t tid, const struct timed_call *call,
		       const uint64_t arguments[6])
{
	uint64_t value = arguments[call->argument];
	struct timespec time;

	if (call->form == FORM_MS)
		return (int32_t)value > 0;
	return value != 0 &&
	       tracee_read(tid, value, &time, sizeof(time)) == 0 &&
	       (time.tv_sec != 0 || time.tv_nsec != 0);
}

void timeout_hold(struct task *task)
{
	const struct timed_call *call = find_call(task->number);
	struct user_regs_struct registers = task->entered;

	if (task->number == SYS_restart_syscall)
		return; /* is what it was */
	task->timed = call != NULL &&
		      is_limited(task->tid, call, task->stop.arguments);
	if (!task->timed)
		return;
	if (call->form == FORM_MS) {
		*machine_argument(&registers, call->argument) = (uint32_t)-1;
	} else if (call->form == FORM_TIME) {
		*machine_argument(&registers, call->argument) = 0;
	} else {
		/* Nothing to wait for, and no limit. */
		for (int i = 0; i < 4; i++)
			*machine_argument(&registers, i) = 0;
	}
	if (tracee_set_registers(task->tid, &registers) < 0 ||
	    (call->form == FORM_SLEEP &&
	     machine_replace_call(task->tid, SYS_ppoll) < 0))
		task->timed = false; /* killed */
}

void timeout_restore(struct task *task)
{
	struct user_regs_struct registers;

	if (!task->timed || tracee_get_registers(task->tid, &registers) < 0)
		return;
	machine_restore_call(&registers, &task->entered);
	(void)tracee_set_registers(task->tid, &registers); /* fails if killed */
	/* Interrupted, it may go on where it was, by restart_syscall. */
	task->timed = call_was_interrupted(task->stop.result);
}

/* Empties the sets of select(2), as the kernel does when the time is over. */
static void clear_sets(pid_t tid, const uint64_t arguments[6])
{
	static const uint64_t none[1024 / 64];
	size_t size = (arguments[0] + 63) / 64 * sizeof(none[0]);

	if (size > sizeof(none))
		size = sizeof(none);
	for (int i = 1; i <= 3; i++)
		if (arguments[i] != 0)
			(void)tracee_write(tid, arguments[i], none, size);
}

/* Makes the call that the thread was interrupted in return as if its time were over. */
static bool set_result(pid_t tid, const struct timed_call *call,
		       const uint64_t arguments[6])
{
	struct user_regs_struct registers;

	if (tracee_get_registers(tid, &registers) < 0)
		return false;
	if (call->clears)
		clear_sets(tid, arguments);
	machine_set_result(&registers, call->result);
	return tracee_set_registers(tid, &registers) == 0;
}

/* Stops a thread that sleeps. Returns whether it stands still, with its stop. */
static bool interrupt(struct task *task)
{
	int status;

	if (tracee_interrupt(task->tid) < 0 ||
	    waitpid(task->tid, &status, __WALL) != task->tid)
		return false;
	tracee_read_stop(task->tid, status, &task->stop);
	return task->stop.kind != STOP_DEAD;
}

static void note(const struct run *run, const struct task *task)
{
	if (run->story != NULL)
		story_add(run->story, &(struct note){.kind = NOTE_TIMEOUT,
						     .phase = run->phase,
						     .place = task->place});
}

bool timeout_end_one(struct run *run)
{
	for (size_t i = 0; i < run->tasks.used; i++) {
		struct task *task = &run->tasks.all[i];
		const struct timed_call *call = find_call(task->number);

		if (task->tid == 0 || task->role != ROLE_PARENT ||
		    !task->timed || task->state != TASK_ASLEEP ||
		    call == NULL || !interrupt(task))
			continue;
		task->state = TASK_STOPPED;
		if (task->stop.kind == STOP_RETURNED &&
		    call_was_interrupted(task->stop.result)) {
			uint64_t arguments[6];

			for (int k = 0; k < 6; k++)
				arguments[k] =
					*machine_argument(&task->entered, k);
			timeout_restore(task);
			(void)set_result(task->tid, call, arguments);
			task->timed = false;
			task->stop.result = call->result;
			note(run, task);
		}
		parent_stopped(run, task);
		return true;
	}
	return false;
}

/* Reads which call a sleeping thread is in, from /proc. Returns NULL if it has no
 * time-out. */
static const struct timed_call *read_call(const struct task *task,
					  uint64_t arguments[6])
{
	unsigned long long value[6];
	const struct timed_call *call;
	char text[TASK_SYSCALL_SIZE];
	int number;

	if (task_read(task, "syscall", text, sizeof(text)) < 0 ||
	    sscanf(text, "%d %llx %llx %llx %llx %llx %llx", &number, &value[0],
		   &value[1], &value[2], &value[3], &value[4], &value[5]) != 7)
		return NULL;
	for (int i = 0; i < 6; i++)
		arguments[i] = value[i];
	call = find_call(number);
	return call != NULL && is_limited(task->tid, call, arguments) ? call
								      : NULL;
}

bool timeout_end_below(struct run *run)
{
	bool ended = false;

	for (size_t i = 0; i < run->tasks.used; i++) {
		struct task *task = &run->tasks.all[i];
		const struct timed_call *call;
		uint64_t arguments[6];

		if (task->tid == 0 || !task->below || task->held ||
		    task->state != TASK_ASLEEP ||
		    (call = read_call(task, arguments)) == NULL ||
		    !interrupt(task))
			continue;
		/* It runs freely, so it stops behind the call, not at its return:
		 * the kernel has not restarted it yet. */
		if (task->stop.kind == STOP_OTHER)
			ended |= set_result(task->tid, call, arguments);
		task->state = TASK_STOPPED;
		children_stopped(run, task);
	}
	return ended;
}
