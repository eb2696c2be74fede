/* What a process inherits through exec and fork, and must undo. */
#ifndef REAP_ECHO_PROCESS_INHERITED_H
#define REAP_ECHO_PROCESS_INHERITED_H

/* Undoes what the starter of a server may have left behind. Opens closed standard
 * descriptors on /dev/null: otherwise a socket would get such a number, and error
 * lines would go to a client. Unblocks all signals. Sets SIGCHLD to its default: an
 * ignored one stays ignored through exec, and then the kernel reaps. Ignores SIGPIPE
 * and SIGXFSZ: writing to a client that is gone, or to a log that may not grow
 * (ulimit -f), must be an error, not the end. Returns 0, or -1 with errno set. */
int inherited_reset(void);

/* Notes whether the parent blocks signals. Call it before the first fork. Most
 * variants block none, and their children save a call. */
void inherited_note_mask(void);

/* Sets SIGINT, SIGTERM and SIGCHLD to their defaults and unblocks all signals: the
 * parent's handlers and mask are not the child's. Call it at the start of a child. */
void inherited_reset_in_child(void);

#endif
