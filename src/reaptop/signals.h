/* Signals as facts to ask for: they are blocked except while reaptop waits, so
 * no handler interrupts curses. */
#ifndef REAP_REAPTOP_SIGNALS_H
#define REAP_REAPTOP_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Blocks SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGTSTP, SIGCONT and SIGWINCH,
 * installs handlers for them, and ignores SIGPIPE. SIGHUP stays ignored if it
 * was. With `on_screen` false, the last three keep their dispositions. A crash
 * (SIGSEGV, SIGABRT, SIGQUIT ...) calls `on_crash`, which must be
 * async-signal-safe, then takes its normal course. Returns 0, or -1 with
 * errno. */
int signals_open(bool on_screen, void (*on_crash)(void));

/* Returns the mask for ppoll(2): the signals blocked before signals_open(). */
const sigset_t *signals_while_waiting(void);

/* Returns true once after a signal came one or more times: SIGCHLD, SIGTSTP,
 * SIGCONT or SIGWINCH. */
bool signals_take(int number);

/* Returns true from the moment SIGINT, SIGTERM or SIGHUP came. */
bool signals_end_asked(void);

#endif
