/* What programs get of a run: text or JSON, sample by sample. */
#ifndef REAP_REAPTOP_PRINT_H
#define REAP_REAPTOP_PRINT_H

#include "reaptop/output/output.h"
#include "reaptop/run.h"
#include "reaptop/watch/connections.h"

/* Zero before first use, free with printer_free(). */
struct printer {
	struct output output;
	struct connections connections[WATCH_SERVERS_MAX];
};

void printer_free(struct printer *printer);

/* Prints the last sample, in the form that was asked for. Returns 0, or -1 with
 * errno (EPIPE: the reader has gone). */
int print_sample(struct printer *printer, const struct run *run);

/* Prints the closing lines of a demo's scene, which only its text has. */
int print_summary(struct printer *printer, const struct run *run);

#endif
