/* Signals as facts to ask for, not as interruptions: they are blocked all the
 * time but while reaptop waits, so no handler ever meets curses at work. */
#ifndef REAP_REAPTOP_SIGNALS_H
#define REAP_REAPTOP_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Blocks SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGTSTP, SIGCONT and SIGWINCH,
 * installs handlers for them, and ignores SIGPIPE. SIGHUP stays ignored if it
 * was. With `on_screen` false, the last three keep their ways.
 * A crash (SIGSEGV, SIGABRT, SIGQUIT ...) gives the terminal back, thaws
 * what was frozen and kills what was started, then takes its normal course. 0, or -1 with errno. */
int signals_open(bool on_screen);

/* For ppoll(2): what was blocked before signals_open(). */
const sigset_t *signals_while_waiting(void);

/* Each is true once for every time (or several times) it came. */
bool signals_take_child(void);
bool signals_take_stop(void);
bool signals_take_continue(void);
bool signals_take_resize(void);

/* True from the moment SIGINT, SIGTERM or SIGHUP came. */
bool signals_end_asked(void);

#endif
