/* Writes without waiting for a reader. A full pipe, or a terminal that Ctrl-S has stopped,
 * must not keep a server from serving or from ending. */
#ifndef REAP_ECHO_PROCESS_TRY_WRITE_H
#define REAP_ECHO_PROCESS_TRY_WRITE_H

#include <stddef.h>

/* Writes `size` bytes, at most PIPE_BUF. Returns 0; or 1 if some of them would have to
 * wait for a reader, and were not written; or -1 with errno set. Does not change the
 * flags of the open file, which other processes share. Async-signal-safe; changes
 * errno. */
int try_write(int fd, const void *data, size_t size);

#endif
