/* The limit on open file descriptors, which bounds the sessions at once. */
#ifndef REAP_CLIENT_FD_LIMIT_H
#define REAP_CLIENT_FD_LIMIT_H

/* Raises the soft RLIMIT_NOFILE, within the hard one, so that `sockets` can be
 * open besides what is open now. Returns 0, or -1 after one line on stderr
 * that names the limit and how to raise it. */
int fd_limit_allow(unsigned long sockets);

#endif
