/* The phases of a run: see run.h. */
#include "moments/run.h"

#include "moments/event_log.h"
#include "moments/timeout.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

/* The second client sends only after the server had time to accept it. Servers that
 * read before they fork differ there. */
enum { LATE_CLIENT = 2 };

/* Time-outs that end before a server is said to do nothing more: some look after their
 * children at every tenth only. A child gets a few. */
enum { TIMEOUTS_MAX = 20, TIMEOUTS_BELOW_MAX = 3 };

static int over(struct run *run, enum outcome outcome)
{
	run->facts->outcome = outcome;
	run->facts->phase = run->phase;
	return -1;
}

static void note(struct run *run, enum note_kind kind, int number)
{
	if (run->story != NULL)
		story_add(run->story, &(struct note){.kind = kind,
						     .phase = run->phase,
						     .number = number,
						     .place = -1});
}

static void enter_phase(struct run *run, int phase)
{
	run->phase = phase;
	run->call = 0;
	run->rests = 0;
}

/* Lets all run until the parent sleeps and nobody is to die there. */
static int rest(struct run *run)
{
	do {
		if (rest_reach(run) < 0)
			return -1;
	} while (parent_asleep(run));
	return run->facts->outcome == OUTCOME_PLAYED ? 0 : -1;
}

/* Lets one time-out of the parent end. Returns 1, 0 if it waits for no time, or -1. */
static int let_time_pass(struct run *run)
{
	if (!timeout_end_one(run))
		return run->facts->outcome == OUTCOME_PLAYED ? 0 : -1;
	return rest(run) < 0 ? -1 : 1;
}

/* Lets children end that wait for a time only. */
static int let_children_end(struct run *run)
{
	for (int i = 0; i < TIMEOUTS_BELOW_MAX && timeout_end_below(run); i++)
		if (rest(run) < 0)
			return -1;
	return 0;
}

/* Waits until the parent has reaped all that it will reap without a new event. */
static int let_all_be_reaped(struct run *run)
{
	for (int i = 0; i < TIMEOUTS_MAX && children_zombies(run) != 0; i++) {
		int passed = let_time_pass(run);

		if (passed <= 0)
			return passed;
	}
	return 0;
}

/* Keeps which children are zombies although all sleep, and no time-out helps. */
static int look_for_zombies(struct run *run)
{
	uint64_t zombies;

	if (let_all_be_reaped(run) < 0)
		return -1;
	zombies = children_zombies(run);
	run->facts->lingered |= zombies;
	for (int i = 0; i < run->child_count; i++)
		if ((zombies >> i & 1) != 0)
			note(run, NOTE_ZOMBIE, i + 1);
	return 0;
}

/* Lets one held child die while the parent sleeps. */
static int release(struct run *run, int child)
{
	if (!children_die(run, child))
		return over(run, OUTCOME_LOST);
	note(run, NOTE_RELEASED, child);
	return rest(run);
}

/* Returns whether something happens after all, although all sleep: packets may be under
 * way. Waits longer before the server is blamed than before a child dies. */
static bool moves_yet(struct visitor *visitor, bool blame)
{
	int rounds = blame ? 300 : 10;

	for (int i = 0; i < rounds; i++) {
		visitor_await(visitor, 1);
		if (visitor_served(visitor) || tracee_await_stop(0))
			return true;
	}
	return false;
}

/* Waits for the reply. Where a server waits for a child before it serves another
 * client, its children die one by one until it does. */
static int settle(struct run *run, struct visitor *visitor,
		  struct served *served)
{
	int timeouts = 0;

	if (rest(run) < 0)
		return -1;
	while (!visitor_served(visitor)) {
		int held = children_first_held(run);
		int passed = timeouts++ < TIMEOUTS_MAX ? let_time_pass(run) : 0;

		if (passed < 0)
			return -1;
		if (passed > 0)
			continue;
		if (moves_yet(visitor, held == 0)) {
			if (rest(run) < 0)
				return -1;
			continue;
		}
		if (held == 0)
			return over(run, OUTCOME_UNSERVED);
		served->released++;
		if (release(run, held) < 0)
			return -1;
	}
	return 0;
}

static int serve(struct run *run, int client)
{
	struct visitor *visitor = &run->visitors[client];

	enter_phase(run, client + 1);
	note(run, NOTE_CLIENT, client + 1);
	if (visitor_connect(visitor, (struct sockaddr *)&run->address,
			    run->address_size) < 0)
		return over(run, OUTCOME_UNSERVED);
	if (client + 1 == LATE_CLIENT) {
		if (rest(run) < 0)
			return -1;
		note(run, NOTE_SENDS, client + 1);
	}
	visitor_send(visitor, client + 1);
	if (settle(run, visitor, &run->facts->served[client]) < 0)
		return -1;
	note(run, NOTE_SERVED, client + 1);
	if (let_children_end(run) < 0)
		return -1;
	return look_for_zombies(run);
}

static int serve_one_by_one(struct run *run)
{
	for (int i = 0; i < run->setting->clients; i++)
		if (serve(run, i) < 0)
			return -1;
	return 0;
}

static int release_one_by_one(struct run *run)
{
	int held;

	while ((held = children_first_held(run)) > 0) {
		enter_phase(run, run->setting->clients + held);
		if (release(run, held) < 0 || look_for_zombies(run) < 0)
			return -1;
	}
	return 0;
}

/* Keeps what a client received in the end, and closes its connection. */
static void leave(struct visitor *visitor, struct served *served)
{
	(void)visitor_served(visitor);
	served->got = visitor->got;
	served->bytes = visitor->bytes;
	served->fin = visitor->fin;
	visitor_leave(visitor);
}

/* Serves all clients at once. A count of children that is wrong shows here. */
static int serve_all(struct run *run)
{
	int clients = run->setting->clients;

	enter_phase(run, clients + FACTS_CHILDREN_MAX + 1);
	run->all_at_once = true;
	for (int i = 0; i < clients; i++) {
		note(run, NOTE_CLIENT, clients + i + 1);
		if (visitor_connect(&run->visitors[i],
				    (struct sockaddr *)&run->address,
				    run->address_size) < 0)
			return over(run, OUTCOME_UNSERVED);
		visitor_send(&run->visitors[i], i + 1);
	}
	for (int i = 0; i < clients; i++)
		if (settle(run, &run->visitors[i], &run->facts->again[i]) < 0)
			return -1;
	return let_children_end(run);
}

static void leave_all(struct run *run, struct served *served)
{
	for (int i = 0; i < run->setting->clients; i++)
		leave(&run->visitors[i], &served[i]);
}

static int play(struct run *run)
{
	int held;

	if (start_server(run) < 0)
		return -1;
	if (run->early > 0)
		return over(run, OUTCOME_PREFORK);
	run->holding = true;
	if (serve_one_by_one(run) < 0 || release_one_by_one(run) < 0)
		return -1;
	leave_all(run, run->facts->served);
	if (rest(run) < 0 || serve_all(run) < 0)
		return -1;
	while ((held = children_first_held(run)) > 0)
		if (release(run, held) < 0)
			return -1;
	leave_all(run, run->facts->again);
	if (rest(run) < 0)
		return -1;
	while ((held = children_first_held(run)) > 0)
		if (release(run, held) < 0)
			return -1;
	if (let_all_be_reaped(run) < 0)
		return -1;
	run->facts->zombies = children_zombies(run);
	run->facts->alive = children_alive(run);
	return 0;
}

/* Ends every process of the run. New ones stand still until they are resumed, so that
 * even a server that forks without end has an end. */
static void end_all(struct run *run)
{
	int status;
	pid_t tid;

	for (size_t i = 0; i < run->tasks.used; i++)
		if (run->tasks.all[i].tid != 0)
			tracee_kill(run->tasks.all[i].tid);
	while ((tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (tid <= 0 || !WIFSTOPPED(status))
			continue;
		tracee_kill(tid);
	}
	run->tasks.used = 0;
}

void run_play(struct run *run)
{
	memset(run->facts, 0, sizeof(*run->facts));
	run->facts->clients = run->setting->clients;
	for (int i = 0; i < FACTS_CLIENTS_MAX; i++)
		run->visitors[i].fd = -1;
	for (int i = 0; i < run->setting->clients; i++)
		if (run->setting->undisturbed != NULL)
			run->visitors[i].wants =
				run->setting->undisturbed->served[i].got;
	if (play(run) < 0 && run->facts->outcome == OUTCOME_ENDED)
		note(run, NOTE_ENDED, 0);
	if (run->plan != NULL && run->carried_out < run->plan->count)
		run->facts->outcome = OUTCOME_DEVIATED;
	event_log_stop(run);
	end_all(run);
	for (int i = 0; i < FACTS_CLIENTS_MAX; i++)
		visitor_leave(&run->visitors[i]);
}
