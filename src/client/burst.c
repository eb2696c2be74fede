/* The event loop of a burst: see burst.h. One epoll set watches all sessions, of
 * which at most `concurrency` are open. No session needs an allocation or a timer of
 * its own. Read next: burst_session.c, the steps of one session. */
#include "client/burst.h"

#include "client/progress.h"
#include "client/session_queue.h"
#include "common/clock.h"
#include "common/complain.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	EVENTS_AT_ONCE = 256,
	/* Fits into the servers' default listen queue, of length 5. */
	FIRST_WINDOW = 4,
	/* A single session may time out by bad luck. */
	TIMEOUTS_IN_A_ROW = 3,
};

/* Limits how many sessions may wait for their answer at once: to few at first, and to
 * one more after each answer, up to the concurrency.
 *
 * Without this limit all SYNs arrive at the same time and overflow a short listen
 * queue. The kernel sends them again at the same time, after a wait that doubles, and
 * they overflow it again. The limit also shows early that no answer will come. */
struct admission {
	uint64_t concurrency;
	uint64_t window;     /* the limit; grows up to the concurrency */
	uint64_t unanswered; /* sessions without their whole answer yet */
	uint64_t timeouts_in_a_row;
};

struct burst {
	const struct burst_plan *plan;
	struct tally *tally;
	struct admission admission;
	struct progress progress;
	int epoll;
	int signals; /* a signalfd; its data pointer in the epoll is NULL */
	uint64_t started;
	uint64_t running;
	int64_t now_ns; /* when epoll_wait last returned */
	struct burst_session *sessions;
	struct session_queue idle;
	struct session_queue waiting; /* for their sockets */
	struct session_queue holding;
	struct burst_scratch scratch;
};

static void admission_init(struct admission *admission, uint64_t concurrency)
{
	*admission = (struct admission){
		.concurrency = concurrency,
		.window =
			concurrency < FIRST_WINDOW ? concurrency : FIRST_WINDOW,
	};
}

/* Returns whether one more session may wait for its answer. */
static bool admission_allows(const struct admission *admission)
{
	return admission->unanswered < admission->window;
}

/* Counts an answer: all bytes came back, or the session failed in a way that shows
 * that the server is alive. */
static void admission_answer(struct admission *admission)
{
	admission->unanswered--;
	if (admission->window < admission->concurrency)
		admission->window++;
}

/* Counts the end of a session, answered or not. */
static void admission_end(struct admission *admission, bool timed_out)
{
	if (timed_out)
		admission->timeouts_in_a_row++;
	else
		admission->timeouts_in_a_row = 0;
}

/* Returns whether so many sessions in a row timed out that the next ones will, too. */
static bool admission_is_hopeless(const struct admission *admission)
{
	return admission->timeouts_in_a_row >= TIMEOUTS_IN_A_ROW &&
	       admission->timeouts_in_a_row >= admission->window;
}

static sigset_t interrupts(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	return signals;
}

/* Blocks SIGINT and SIGTERM. Returns a signalfd(2) that is readable once one of them
 * has come, or -1 with errno set. */
static int interrupt_open(void)
{
	sigset_t signals = interrupts();

	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -1;
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Discards the signals that have come, closes the signalfd and unblocks both signals:
 * the next signal ends the program. */
static void interrupt_close(int fd)
{
	sigset_t signals = interrupts();
	struct signalfd_siginfo taken;

	while (read(fd, &taken, sizeof(taken)) > 0)
		;
	(void)close(fd); /* nothing can be lost */
	(void)sigprocmask(SIG_UNBLOCK, &signals, NULL); /* cannot fail */
}

/* Adds the descriptor to the epoll set, or changes its events. Returns false if the
 * call failed; then it has ended the burst, and release() closes the session. */
static bool watch(struct burst *burst, int fd, int operation, uint32_t events,
		  struct burst_session *session)
{
	struct epoll_event event = {.events = events, .data.ptr = session};

	if (epoll_ctl(burst->epoll, operation, fd, &event) < 0) {
		complain_of_call("epoll_ctl", SHORTAGE_EPOLL_ADD, errno);
		burst->tally->ending = BURST_BROKEN;
		return false;
	}
	return true;
}

/* Stops starting sessions. Open sessions continue to their end. */
static void give_up(struct burst *burst, enum cause cause)
{
	if (burst->tally->ending != BURST_COMPLETE ||
	    burst->started == burst->plan->sessions)
		return;
	burst->tally->ending = BURST_GAVE_UP;
	burst->tally->lasting = cause;
}

/* Closes a session that is in no queue and makes it idle. The epoll set drops a
 * closed socket, because no other descriptor refers to it (epoll(7)). */
static void retire(struct burst *burst, struct burst_session *session)
{
	burst_session_close(session);
	session_queue_append(&burst->idle, session, burst->now_ns);
	burst->running--;
}

/* Counts a failed session. Gives up if the next sessions would fail, too. */
static void note_failure(struct burst *burst,
			 const struct burst_session *session)
{
	bool lasting = cause_is_lasting(session->cause);
	bool timed_out = cause_is_timeout(session->cause);

	tally_failed(burst->tally, session);
	if (!burst_session_is_answered(session) && (lasting || timed_out))
		burst->admission.unanswered--;
	else if (!burst_session_is_answered(session))
		admission_answer(&burst->admission);
	admission_end(&burst->admission, timed_out);
	if (lasting || admission_is_hopeless(&burst->admission))
		give_up(burst, session->cause);
}

/* Puts a session that is in no queue into the queue for its progress. */
static void settle(struct burst *burst, struct burst_session *session,
		   enum session_progress progress)
{
	switch (progress) {
	case SESSION_WAITS:
		session_queue_append(&burst->waiting, session, burst->now_ns);
		break;
	case SESSION_HOLDS:
		session_queue_append(&burst->holding, session,
				     session->started_ns + session->latency_ns);
		break;
	case SESSION_DONE:
		tally_ok(burst->tally, session);
		admission_end(&burst->admission, false);
		retire(burst, session);
		break;
	case SESSION_FAILED:
		note_failure(burst, session);
		retire(burst, session);
		break;
	}
}

static bool may_start(const struct burst *burst)
{
	return burst->tally->ending == BURST_COMPLETE &&
	       admission_allows(&burst->admission) &&
	       burst->idle.first != NULL &&
	       burst->started < burst->plan->sessions;
}

static void start_session(struct burst *burst)
{
	struct burst_session *session = burst->idle.first;

	session_queue_remove(&burst->idle, session);
	burst->running++;
	burst->admission.unanswered++;

	enum session_progress progress = burst_session_start(
		session, burst->plan, &burst->scratch, burst->started++);

	if (progress == SESSION_WAITS) {
		session->watched = burst_session_events(session, burst->plan);
		if (!watch(burst, session->fd, EPOLL_CTL_ADD, session->watched,
			   session))
			return;
	}
	settle(burst, session, progress);
}

static void serve_session(struct burst *burst, struct burst_session *session,
			  uint32_t events)
{
	bool held = session->stage == SESSION_HOLDING;
	bool was_answered = burst_session_is_answered(session);
	enum session_progress progress = burst_session_step(
		session, burst->plan, &burst->scratch, events);

	if (held && progress == SESSION_WAITS)
		return; /* nothing happened: the hold continues */
	session_queue_remove(held ? &burst->holding : &burst->waiting, session);
	if (burst_session_is_answered(session) && !was_answered)
		admission_answer(&burst->admission);

	uint32_t wanted = burst_session_events(session, burst->plan);

	if ((progress == SESSION_WAITS || progress == SESSION_HOLDS) &&
	    wanted != session->watched) {
		session->watched = wanted;
		if (!watch(burst, session->fd, EPOLL_CTL_MOD, wanted, session))
			return;
	}
	settle(burst, session, progress);
}

/* Ends the holds that are over and the sessions that were silent for too long. */
static void end_what_is_due(struct burst *burst)
{
	const struct burst_plan *plan = burst->plan;
	struct burst_session *due;

	while ((due = session_queue_due(&burst->holding, plan->hold_ns,
					burst->now_ns)) != NULL) {
		session_queue_remove(&burst->holding, due);
		settle(burst, due, burst_session_leave(due));
	}
	while ((due = session_queue_due(&burst->waiting, plan->patience_ns,
					burst->now_ns)) != NULL) {
		session_queue_remove(&burst->waiting, due);
		settle(burst, due, burst_session_expire(due));
	}
}

/* Returns the timeout for epoll_wait(2), in milliseconds; -1 stands for ever. */
static int wait_ms(const struct burst *burst)
{
	const struct burst_plan *plan = burst->plan;
	int wait = burst->progress.shown ? PROGRESS_INTERVAL_MS : -1;

	if (may_start(burst))
		return 0;
	wait = session_queue_wait_ms(&burst->holding, plan->hold_ns,
				     burst->now_ns, wait);
	return session_queue_wait_ms(&burst->waiting, plan->patience_ns,
				     burst->now_ns, wait);
}

static void serve_events(struct burst *burst)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	int count = epoll_wait(burst->epoll, events, EVENTS_AT_ONCE,
			       wait_ms(burst));

	if (count < 0 && errno != EINTR) {
		complain_errno("epoll_wait", errno);
		burst->tally->ending = BURST_BROKEN;
		return;
	}
	burst->now_ns = clock_now(CLOCK_MONOTONIC);
	for (int i = 0; i < count; i++) {
		struct burst_session *session = events[i].data.ptr;

		if (session == NULL)
			burst->tally->ending = BURST_INTERRUPTED;
		else
			serve_session(burst, session, events[i].events);
	}
}

/* Allocates as many idle sessions as the plan allows at once. */
static bool make_sessions(struct burst *burst)
{
	uint64_t count = burst->plan->concurrency;

	burst->sessions = calloc(count, sizeof(*burst->sessions));
	if (burst->sessions == NULL) {
		complain_errno("concurrency", errno);
		return false;
	}
	for (uint64_t i = 0; i < count; i++) {
		burst->sessions[i].fd = -1;
		session_queue_append(&burst->idle, &burst->sessions[i], 0);
	}
	return true;
}

static bool open_epoll(struct burst *burst)
{
	burst->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (burst->epoll >= 0)
		burst->signals = interrupt_open();
	if (burst->epoll < 0 || burst->signals < 0) {
		complain_errno("event loop", errno);
		return false;
	}
	return watch(burst, burst->signals, EPOLL_CTL_ADD, EPOLLIN, NULL);
}

static void run_sessions(struct burst *burst)
{
	const enum burst_ending *ending = &burst->tally->ending;
	int64_t started_ns = clock_now(CLOCK_MONOTONIC);

	burst->now_ns = started_ns;
	progress_begin(&burst->progress, burst->plan->sessions,
		       burst->plan->progress_lines, started_ns);
	while ((burst->running > 0 || may_start(burst)) &&
	       *ending != BURST_INTERRUPTED && *ending != BURST_BROKEN) {
		/* Starts only one session per round: open sessions that are
		 * ready should not wait for a thousand connects. */
		if (may_start(burst))
			start_session(burst);
		if (burst->running > 0)
			serve_events(burst);
		end_what_is_due(burst);
		progress_update(&burst->progress, burst->tally, burst->now_ns);
	}
	burst->tally->elapsed_ns = clock_now(CLOCK_MONOTONIC) - started_ns;
	progress_end(&burst->progress);
}

static void release(struct burst *burst)
{
	if (burst->sessions != NULL) {
		for (uint64_t i = 0; i < burst->plan->concurrency; i++)
			burst_session_close(&burst->sessions[i]);
	}
	free(burst->sessions);
	if (burst->signals >= 0)
		interrupt_close(burst->signals);
	if (burst->epoll >= 0)
		(void)close(burst->epoll); /* nothing can be lost */
}

void burst_run(const struct burst_plan *plan, struct tally *tally)
{
	/* Not on the stack: if no memory is left (ulimit -v), a stack that has
	 * to grow ends the program by SIGSEGV, without a message. */
	struct burst *burst = calloc(1, sizeof(*burst));

	memset(tally, 0, sizeof(*tally));
	tally->ending = BURST_BROKEN;
	if (burst == NULL) {
		complain_errno("burst", errno);
		return;
	}
	burst->plan = plan;
	burst->tally = tally;
	burst->epoll = -1;
	burst->signals = -1;
	admission_init(&burst->admission, plan->concurrency);
	if (make_sessions(burst) && open_epoll(burst)) {
		tally->ending = BURST_COMPLETE;
		run_sessions(burst);
	}
	release(burst);
	free(burst);
}
