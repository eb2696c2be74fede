/* Writing where nobody may read: a full pipe, or a terminal stopped by Ctrl-S, must
 * not keep a server from its clients or from its end. */
#ifndef REAP_ECHO_TRY_WRITE_H
#define REAP_ECHO_TRY_WRITE_H

#include <stddef.h>

/* Writes `size` bytes, at most PIPE_BUF, as far as that needs no reader. Returns 0;
 * or 1 if a part or all of it would have to wait, and is not written; or -1 with
 * errno set. The flags of the open file, which other processes share, are left
 * alone. Async-signal-safe; changes errno. */
int try_write(int fd, const void *data, size_t size);

#endif
