/* SIGINT and SIGTERM as something to poll for, so that no handler is needed
 * and none can be lost between a test and a sleep. */
#ifndef REAP_CLIENT_INTERRUPT_H
#define REAP_CLIENT_INTERRUPT_H

/* Blocks both signals and returns a signalfd(2) that is readable once one of
 * them has come, or -1 with errno set. */
int interrupt_open(void);

/* Takes what has come, closes the descriptor and unblocks both signals: the
 * next one ends the program. */
void interrupt_close(int fd);

#endif
