/* How a server ends. The handler writes the closing line and ends the process, and all
 * its calls are async-signal-safe. A flag for the accept loop would not do: every variant
 * must end at SIGTERM, also one that hangs in its SIGCHLD handler on purpose. */
#include "echo/process/stop.h"

#include "common/complain.h"
#include "common/decimal.h"
#include "echo/log/event.h"
#include "echo/process/parent_state.h"
#include "echo/process/trouble.h"
#include "echo/process/try_write.h"
#include "echo/process/zombies.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* The parts of parent_state->stop. When it is STOP_ASKED alone, the server stops. */
enum {
	STOP_ASKED = 1,
	STOP_HOLD = 2, /* added by each stop_hold() until it is released */
};

/* Set before the handler is installed, constant from then on. */
static const char *server_name;
static pid_t server_pid;

static void append(char *line, size_t size, const char *text)
{
	strncat(line, text, size - strlen(line) - 1);
}

static void append_count(char *line, size_t size, const char *label, int count)
{
	char digits[DECIMAL_SIZE];

	append(line, size, label);
	append(line, size,
	       count < 0 ? "unknown" : decimal_format(count, digits));
}

static void say_totals(const struct event_counts *counts, int zombies)
{
	char line[256] = "";

	append(line, sizeof(line), server_name);
	append_count(line, sizeof(line), ": pid ", server_pid);
	append_count(line, sizeof(line), " stopped: forked ", counts->forked);
	append_count(line, sizeof(line), ", reaped ", counts->reaped);
	append_count(line, sizeof(line), ", SIGCHLDs ", counts->sigchlds);
	append_count(line, sizeof(line), ", zombies left to init ", zombies);
	append(line, sizeof(line), "\n");
	/* Ignore errors: the reader of stdout may have exited. */
	(void)try_write(STDOUT_FILENO, line, strlen(line));
}

/* Ends the server when nobody holds the stop, so that no event can be counted any more.
 * Handlers and threads that come here later only wait for the end. */
static _Noreturn void stop(void)
{
	static atomic_flag begun = ATOMIC_FLAG_INIT;
	struct event_counts counts;
	sigset_t all;
	int zombies;

	/* First: a handler that interrupted this one would wait for it for
	 * ever. Cannot fail. */
	sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	while (atomic_flag_test_and_set(&begun))
		(void)pause(); /* until the other thread's _exit */
	counts = event_counts();
	zombies = zombies_count();
	event_stop(&counts, zombies);
	trouble_tell();
	say_totals(&counts, zombies);
	_exit(EXIT_DONE);
}

/* Ends a child that has not yet set its signals to their defaults: the signal kills it,
 * as it would a moment later. Neither call can fail with these arguments. (Not raise(3):
 * after clone(2) the C library may still have the parent's PID.) */
static void die_of(int signo)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigemptyset(&action.sa_mask);
	(void)sigaction(signo, &action, NULL);
	(void)kill(getpid(), signo);
}

static void on_stop(int signo)
{
	if (getpid() != server_pid)
		die_of(signo);
	else if (atomic_fetch_or(&parent_state->stop, STOP_ASKED) < STOP_HOLD)
		stop();
}

void stop_hold(void)
{
	int now = atomic_load(&parent_state->stop);

	do {
		if (now == STOP_ASKED)
			stop();
	} while (!atomic_compare_exchange_weak(&parent_state->stop, &now,
					       now + STOP_HOLD));
}

void stop_release(void)
{
	if (atomic_fetch_sub(&parent_state->stop, STOP_HOLD) ==
	    STOP_HOLD + STOP_ASKED)
		stop();
}

void stop_hold_at_death(idtype_t type, id_t id)
{
	siginfo_t info;

	while (waitid(type, id, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	stop_hold();
}

int stop_on_signals(const struct variant *variant)
{
	struct sigaction action = {.sa_handler = on_stop};

	server_name = variant->name;
	server_pid = getpid();
	/* One stop is enough: SIGTERM waits while SIGINT is handled. */
	sigfillset(&action.sa_mask);
	if (sigaction(SIGINT, &action, NULL) < 0)
		return -1;
	return sigaction(SIGTERM, &action, NULL);
}
