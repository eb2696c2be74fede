/* The end of what was printed with stdio. */
#ifndef REAP_CLIENT_OUTPUT_H
#define REAP_CLIENT_OUTPUT_H

/* Flushes stdout. Returns 0, or -1 after one line on stderr if anything that
 * was printed since the start could not be written. */
int output_finish(void);

#endif
