/* Samples for programs: as plain text, without escape codes, and as JSON, one
 * object on one line.
 *
 * The manual, reaptop.1, describes schema 1 of JSON member by member. Members
 * may be added under that number; to change or drop a member takes another
 * number. null stands for what is unknown or does not apply. */
#ifndef REAP_OUTPUT_SAMPLES_H
#define REAP_OUTPUT_SAMPLES_H

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

/* The place in a demo. */
struct json_scene {
	int number;
	size_t step;
	size_t steps;
	const char *caption;
};

/* Adds the last sample, newline included. `connections` has one for each
 * server, `scene` is NULL without a demo. */
void json_sample(const struct watch *watch,
		 const struct connections *connections,
		 const struct json_scene *scene, struct output *output);

#endif
