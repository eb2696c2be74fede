/* The terminal: taken over, and given back as it was found, however reaptop
 * ends. */
#ifndef REAP_SCREEN_TERMINAL_H
#define REAP_SCREEN_TERMINAL_H

#include <stdbool.h>

/* Returns 0 if there is a terminal that can be drawn on, or -1 after
 * complaining. */
int terminal_check(void);

/* Takes the terminal over, for curses to draw on, in the locale's encoding.
 * Returns 0, or -1 after complaining. Signals must
 * have been set up before, as curses installs handlers of its own for those
 * still at their default. From here on a read of standard input returns what is
 * there, and never waits; input.h makes keys of it. */
int terminal_open(void);

/* Gives the terminal back. Does nothing if it was not taken over. */
void terminal_close(void);

/* Does the same from a crash handler: async-signal-safe, without curses. */
void terminal_rescue(void);

/* Gives the terminal back, stops the process as Ctrl-Z asks for (the shell is
 * in front until it continues us), takes the terminal over again. */
void terminal_suspend(void);

/* Puts the terminal into drawing mode and repaints all: for when somebody else
 * may have changed it. */
void terminal_repaint(void);

/* Draws what has changed on curses's screen. Not while frames_pending(). */
void terminal_update(void);

/* Takes in the terminal's size, if that has changed. Before each drawing. */
void terminal_follow_size(void);

/* Returns true for terminals whose fonts mostly have no block elements: the
 * kernel's own. */
bool terminal_lacks_blocks(void);

#endif
