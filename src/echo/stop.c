/* How a server ends. The handler itself says the closing line and ends the
 * process: every variant must end at SIGTERM, also one that hangs in its
 * SIGCHLD handler on purpose, where a flag for the accept loop would wait for
 * ever. All it calls is async-signal-safe. */
#include "echo/stop.h"

#include "echo/complain.h"
#include "echo/decimal.h"
#include "echo/event.h"
#include "echo/parent_state.h"
#include "echo/write_all.h"
#include "echo/zombies.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

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
	/* Whoever read stdout may be gone: the process ends all the same. */
	(void)write_all(STDOUT_FILENO, line, strlen(line));
}

static _Noreturn void stop(void)
{
	struct event_counts counts;
	sigset_t all;
	int zombies;

	/* Nothing more is counted once the totals are being said. Cannot fail. */
	sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	counts = event_counts();
	zombies = zombies_count();
	event_stop(&counts, zombies);
	say_totals(&counts, zombies);
	_exit(EXIT_DONE);
}

/* A child, so young that it has not yet put signals back to their defaults,
 * dies of the signal, as one a moment older would. Neither call can fail with
 * these arguments. (Not raise(3): a child of clone(2) has its parent's idea of
 * who it is.) */
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
	else if (parent_state->stop_held)
		parent_state->stop_asked = 1;
	else
		stop();
}

void stop_hold(void)
{
	parent_state->stop_held = parent_state->stop_held + 1;
}

void stop_release(void)
{
	parent_state->stop_held = parent_state->stop_held - 1;
	if (parent_state->stop_held == 0 && parent_state->stop_asked)
		stop();
}

int stop_on_signals(const struct variant *variant)
{
	struct sigaction action = {.sa_handler = on_stop};

	server_name = variant->name;
	server_pid = getpid();
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGINT, &action, NULL) < 0)
		return -1;
	return sigaction(SIGTERM, &action, NULL);
}
