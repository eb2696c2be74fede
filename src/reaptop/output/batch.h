/* Samples as plain text: no escape codes, no terminal needed. */
#ifndef REAP_OUTPUT_BATCH_H
#define REAP_OUTPUT_BATCH_H

#include <stddef.h>

#include "reaptop/output/output.h"
#include "reaptop/watch/connections.h"
#include "reaptop/watch/watch.h"

/* Adds the last sample: a title, a block for each server with all of its
 * children, an empty line. `connections` has one for each server. */
void batch_sample(const struct watch *watch,
		  const struct connections *connections, struct output *output);

/* Adds the last sample as the screen shows it: the servers side by side in 80
 * columns, each with at most `rows` lines of children. */
void batch_side_by_side(const struct watch *watch, size_t rows,
			struct output *output);

/* Adds one line for each server: its counts after so many clients. */
void batch_summary(const struct watch *watch, int clients,
		   struct output *output);

#endif
