/* What a process inherits through exec and fork, put right. */
#ifndef REAP_ECHO_INHERITED_H
#define REAP_ECHO_INHERITED_H

/* At the start of a server, whatever its starter left behind: descriptors 0 to
 * 2 are open (on /dev/null if they were closed, or a socket would get their
 * number and error lines would go to a client), no signal is blocked, SIGCHLD
 * has its default (an ignored one stays ignored through exec, and then the
 * kernel reaps), and SIGPIPE and SIGXFSZ are ignored, so that writing to a
 * client that is gone, or to a log that may not grow (ulimit -f), is an error
 * and not an end. Returns 0, or -1 with errno set. */
int inherited_reset(void);

/* In the parent, before its first fork: notes whether it blocks signals. Most
 * variants do not, and then their children have one call less to make. */
void inherited_note_mask(void);

/* At the start of a child: the parent's handlers and blocked signals are not
 * its own. SIGINT, SIGTERM and SIGCHLD get their defaults. */
void inherited_reset_in_child(void);

#endif
