/* Worker processes: see workers.h. */
#include "moments/workers.h"

#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	WORKERS_MAX = 64,
	TRIES = 3, /* of a run that leaves the planned path */
};

/* What a worker sends. One write, as several share the pipe. */
struct result {
	size_t unit;
	bool pair;
	struct plan plan;
	enum verdict verdict;
};

/* What all workers share. */
struct share {
	atomic_size_t next;
	atomic_size_t wrong_pairs;
	atomic_bool cut; /* a worker has left pairs out */
};

struct worker {
	struct exploration *exploration;
	struct share *share;
	int results;
};

static int run_on(int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)processor, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

/* Lists the processors that this process may use. Returns how many. */
static int list_processors(int processors[WORKERS_MAX])
{
	cpu_set_t set;
	int count = 0;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 0;
	for (int i = 0; i < CPU_SETSIZE && count < WORKERS_MAX; i++)
		if (CPU_ISSET((size_t)i, &set))
			processors[count++] = i;
	return count;
}

static int prepare(void)
{
	/* Whatever loses its parent comes to this process, and is waited for. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -1;
	return tracee_prepare();
}

int workers_prepare(void)
{
	return prepare();
}

/* Empties the log of a run that was not the planned one. */
static void forget(FILE *log)
{
	if (fflush(log) == 0 && ftruncate(fileno(log), 0) == 0)
		rewind(log);
}

/* Plays a run as often as it takes another path than planned, but not for ever. */
static enum verdict play_planned(struct run *run,
				 const struct facts *undisturbed)
{
	struct run fresh = *run;
	enum verdict verdict = VERDICT_DEVIATED;

	for (int i = 0; i < TRIES && verdict == VERDICT_DEVIATED; i++) {
		size_t moments = run->trace != NULL ? run->trace->count : 0;
		size_t notes = run->story != NULL ? run->story->count : 0;

		*run = fresh;
		run_play(run);
		verdict = judge(undisturbed, run->facts);
		if (verdict != VERDICT_DEVIATED || i + 1 == TRIES)
			break;
		if (run->log != NULL)
			forget(run->log);
		if (run->trace != NULL)
			run->trace->count = moments;
		if (run->story != NULL)
			run->story->count = notes;
	}
	return verdict;
}

enum verdict workers_play(struct run *run, const struct facts *undisturbed)
{
	struct run again = *run;
	struct facts facts;
	enum verdict verdict = play_planned(run, undisturbed);

	if (!verdict_is_wrong(verdict))
		return verdict;
	again.trace = NULL;
	again.story = NULL;
	again.log = NULL;
	again.facts = &facts;
	return verdict_is_wrong(play_planned(&again, undisturbed))
		       ? verdict
		       : VERDICT_DEVIATED;
}

static bool time_is_over(const struct exploration *exploration)
{
	return exploration->deadline != 0 &&
	       clock_now(CLOCK_MONOTONIC) >= exploration->deadline;
}

static enum verdict play(const struct exploration *exploration,
			 const struct plan *plan, struct trace *trace)
{
	static struct run run; /* large */
	struct facts facts;

	run = (struct run){
		.setting = &exploration->setting,
		.plan = plan,
		.trace = trace,
		.facts = &facts,
	};
	return workers_play(&run, &exploration->undisturbed);
}

static void send_result(const struct worker *worker,
			const struct result *result)
{
	/* Without its reader a worker has no purpose. */
	if (write(worker->results, result, sizeof(*result)) !=
	    (ssize_t)sizeof(*result))
		_exit(1);
}

static void try_one(const struct worker *worker, size_t number)
{
	const struct unit *unit = &worker->exploration->units[number];
	struct result result = {.unit = number};

	result.plan.count = 1;
	result.plan.deaths[0] = unit->death;
	result.verdict = play(worker->exploration, &result.plan, NULL);
	send_result(worker, &result);
}

/* Tries one second death. Returns false once no more are to be tried. */
static bool try_pair(const struct worker *worker, size_t number,
		     const struct placement *second)
{
	struct share *share = worker->share;
	struct result result = {.unit = number, .pair = true};

	if (time_is_over(worker->exploration) ||
	    atomic_load(&share->wrong_pairs) >= PAIRS_ENOUGH) {
		atomic_store(&share->cut, true);
		return false;
	}
	result.plan.count = 2;
	result.plan.deaths[0] = worker->exploration->units[number].death;
	result.plan.deaths[1] = *second;
	result.verdict = play(worker->exploration, &result.plan, NULL);
	if (verdict_is_wrong(result.verdict))
		(void)atomic_fetch_add(&share->wrong_pairs, 1);
	send_result(worker, &result);
	return true;
}

/* Tries each child that could die at that moment, too. */
static bool try_children(const struct worker *worker, size_t number,
			 const struct moment *at, uint64_t held)
{
	for (int child = 1; child <= FACTS_CHILDREN_MAX; child++) {
		struct placement second = {.at = *at, .child = child};

		if ((held >> (child - 1) & 1) != 0 &&
		    !try_pair(worker, number, &second))
			return false;
	}
	return true;
}

/* Tries a second death at the same moment, and at each moment behind it in the run
 * that has the first death. */
static void try_pairs(const struct worker *worker, size_t number)
{
	const struct unit *unit = &worker->exploration->units[number];
	const struct seen *seen =
		&worker->exploration->trace.moments[unit->seen];
	struct plan first = {.count = 1, .deaths = {unit->death}};
	struct trace trace = {0};
	/* Both orders are one: the second has the higher number. */
	uint64_t above = ~((UINT64_C(2) << (unit->death.child - 1)) - 1);
	bool more;

	if (unit->verdict != VERDICT_CORRECT || unit->death.at.step != 0)
		return;
	if (play(worker->exploration, &first, &trace) == VERDICT_CORRECT) {
		more = try_children(worker, number, &unit->death.at,
				    seen->held & above);
		for (size_t i = trace.first_death; more && i < trace.count; i++)
			more = try_children(worker, number,
					    &trace.moments[i].at,
					    trace.moments[i].held);
	}
	trace_free(&trace);
}

static _Noreturn void work(struct worker *worker, int processor, bool pairs)
{
	struct exploration *exploration = worker->exploration;
	size_t number;

	(void)signal(SIGPIPE, SIG_DFL); /* cannot fail for this signal */
	if (run_on(processor) < 0 || prepare() < 0)
		_exit(1);
	while ((number = atomic_fetch_add(&worker->share->next, 1)) <
	       exploration->unit_count) {
		if (time_is_over(exploration)) {
			atomic_store(&worker->share->cut, true);
			break;
		}
		if (pairs)
			try_pairs(worker, number);
		else
			try_one(worker, number);
	}
	_exit(0);
}

static pid_t start_worker(struct worker *worker, int processor, bool pairs)
{
	pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	/* All that it traces dies with it, too. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	work(worker, processor, pairs);
}

static void take_result(struct exploration *exploration,
			const struct result *result)
{
	bool wrong = verdict_is_wrong(result->verdict);

	if (!result->pair) {
		struct unit *unit = &exploration->units[result->unit];

		unit->verdict = result->verdict;
		unit->tried = result->verdict < VERDICT_COUNT;
		return;
	}
	exploration->pair_count += result->verdict < VERDICT_COUNT;
	if (!wrong)
		return;
	if (exploration->pair_wrong < PAIRS_KEPT)
		exploration->pair[exploration->pair_wrong] = (struct pair){
			.plan = result->plan, .verdict = result->verdict};
	exploration->pair_wrong++;
}

/* Takes results until all workers have ended. */
static void take_results(struct exploration *exploration, int results)
{
	struct result result;
	ssize_t got;

	while ((got = read(results, &result, sizeof(result))) != 0) {
		if (got == (ssize_t)sizeof(result))
			take_result(exploration, &result);
		else if (got < 0 && errno != EINTR)
			return;
	}
}

static int start_all(struct worker *worker, bool pairs)
{
	int processors[WORKERS_MAX];
	int count = list_processors(processors), started = 0;

	for (int i = 0; i < count; i++)
		started += start_worker(worker, processors[i], pairs) > 0;
	return started > 0 ? 0 : -1;
}

int workers_try(struct exploration *exploration, bool pairs)
{
	struct worker worker = {.exploration = exploration};
	int results[2], started;

	worker.share = mmap(NULL, sizeof(*worker.share), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (worker.share == MAP_FAILED)
		return -1;
	if (pipe2(results, O_CLOEXEC) < 0) {
		(void)munmap(worker.share, sizeof(*worker.share));
		return -1;
	}
	worker.results = results[1];
	started = start_all(&worker, pairs);
	(void)close(results[1]); /* it ends when the last worker ends */
	if (started == 0)
		take_results(exploration, results[0]);
	(void)close(results[0]);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	if (pairs)
		exploration->pairs_cut = atomic_load(&worker.share->cut);
	(void)munmap(worker.share, sizeof(*worker.share));
	return started;
}
