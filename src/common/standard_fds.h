/* Standard input, output and error: descriptors 0 to 2. */
#ifndef REAP_COMMON_STANDARD_FDS_H
#define REAP_COMMON_STANDARD_FDS_H

/* Opens /dev/null in place of each standard descriptor that the program's starter
 * left closed. Otherwise the next socket or file would get its number, and would be
 * taken for stdin, stdout or stderr. The arguments are open(2)'s access modes for 0,
 * 1 and 2. With O_RDONLY for an output, writing to it fails, as on a closed one.
 * Returns 0, or -1 with errno set. Call this before anything is opened. */
int standard_fds_fill(int in, int out, int err);

#endif
