/* A sample as one JSON object on one line, for programs.
 *
 * Schema 1 is told member by member in the manual, reaptop.1. Members may be
 * added under that number; to change or drop one takes another. null stands for
 * what is unknown or does not apply. */
#ifndef REAP_OUTPUT_JSON_H
#define REAP_OUTPUT_JSON_H

#include "reaptop/output/output.h"
#include "reaptop/watch/connections.h"
#include "reaptop/watch/watch.h"

/* Where a demo is. */
struct json_scene {
	int number;
	size_t step;
	size_t steps;
	const char *caption;
};

/* Adds the last sample, newline included. `connections` has one for each server,
 * `scene` is NULL without a demo. */
void json_sample(const struct watch *watch,
		 const struct connections *connections,
		 const struct json_scene *scene, struct output *output);

#endif
