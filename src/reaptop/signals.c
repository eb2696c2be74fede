/* Signals as facts: handlers only set flags. */
#include "reaptop/signals.h"

#include <stdlib.h>
#include <string.h>

/* Whether each signal came. */
static volatile sig_atomic_t came[NSIG];

/* Set before any handler is, never changed again. */
static sigset_t waiting_mask;
static void (*rescue)(void);

static void note(int number)
{
	came[number] = 1;
}

/* Rescues and raises the signal again. SA_RESETHAND has restored its default,
 * and it is blocked until this handler returns: then the signal, or the
 * faulting instruction, ends the process. */
static void crash(int number)
{
	rescue();
	(void)raise(number);
}

static int install_crash_handler(void)
{
	static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL,
				      SIGABRT, SIGSYS, SIGTRAP, SIGQUIT};
	/* Another stack, as the usual one may have overflowed. */
	static char reserve[16384];
	const stack_t stack = {.ss_sp = reserve, .ss_size = sizeof(reserve)};
	if (sigaltstack(&stack, NULL) != 0)
		return -1;
	struct sigaction action = {.sa_handler = crash,
				   .sa_flags = (int)SA_RESETHAND | SA_ONSTACK};
	/* Block all: SIGTTOU too, or tcsetattr(3) in the background stops. */
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (sigaction(numbers[i], &action, NULL) != 0)
			return -1;
	return 0;
}

static bool is_ignored(int number)
{
	struct sigaction action;
	return sigaction(number, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

int signals_open(bool on_screen, void (*on_crash)(void))
{
	static const int numbers[] = {SIGINT,  SIGTERM, SIGHUP,  SIGCHLD,
				      SIGTSTP, SIGCONT, SIGWINCH};
	size_t count = sizeof(numbers) / sizeof(*numbers) - (on_screen ? 0 : 3);
	sigset_t blocked;
	struct sigaction action = {.sa_handler = note};
	rescue = on_crash;
	sigemptyset(&action.sa_mask);
	sigemptyset(&blocked);
	for (size_t i = 0; i < count; i++)
		sigaddset(&blocked, numbers[i]);
	if (sigprocmask(SIG_BLOCK, &blocked, &waiting_mask) != 0)
		return -1;
	/* The parent may have left signals blocked that must come now. */
	for (size_t i = 0; i < count; i++) {
		sigdelset(&waiting_mask, numbers[i]);
		if (numbers[i] == SIGHUP && is_ignored(SIGHUP))
			continue; /* by nohup(1) */
		if (sigaction(numbers[i], &action, NULL) != 0)
			return -1;
	}
	action.sa_handler = SIG_IGN;
	if (sigaction(SIGPIPE, &action, NULL) != 0)
		return -1;
	return install_crash_handler();
}

const sigset_t *signals_while_waiting(void)
{
	return &waiting_mask;
}

bool signals_take(int number)
{
	bool has_come = came[number] != 0;
	came[number] = 0;
	return has_come;
}

bool signals_end_asked(void)
{
	return came[SIGINT] != 0 || came[SIGTERM] != 0 || came[SIGHUP] != 0;
}
