/* Handles short writes and EINTR. */
#ifndef REAP_COMMON_WRITE_ALL_H
#define REAP_COMMON_WRITE_ALL_H

#include <stddef.h>

/* Writes all `size` bytes to a blocking descriptor. Returns 0, or -1 with
 * errno set, in which case an unknown part was written. Async-signal-safe. */
int write_all(int fd, const void *data, size_t size);

#endif
