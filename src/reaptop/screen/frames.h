/* What curses writes, on its way to the terminal. The terminal may take nothing
 * for a while: its other end can stop reading. Nothing here waits for that
 * end. */
#ifndef REAP_SCREEN_FRAMES_H
#define REAP_SCREEN_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Prepares for a terminal as standard output. Returns 0, or -1 with errno. */
int frames_open(void);

/* Leaves errno as it is. */
void frames_close(void);

/* Enclose what curses writes to standard output, which is kept. frames_end()
 * sends as much of it as the terminal takes now. */
void frames_begin(void);
void frames_end(void);

/* Sends what is kept, as far as the terminal takes it now. */
void frames_send(void);

/* Returns the descriptor to poll for POLLOUT before the next frames_send(), or
 * -1 if nothing is kept. */
int frames_pending(void);

/* Sends what is kept, and waits a moment for the terminal to take it. If the
 * terminal does not, drops all that was written before, also what the kernel
 * holds, to make room for what follows. */
void frames_settle(void);

/* Writes bytes to the terminal from a crash handler: async-signal-safe. */
void frames_rescue(const char *bytes, size_t size);

#endif
