/* A sample as one JSON object on one line, for programs.
 *
 * The manual, reaptop.1, describes schema 1 member by member. Members may be
 * added under that number; to change or drop a member takes another number.
 * null stands for what is unknown or does not apply. */
#ifndef REAP_OUTPUT_JSON_H
#define REAP_OUTPUT_JSON_H

#include "reaptop/output/output.h"
#include "reaptop/watch/connections.h"
#include "reaptop/watch/watch.h"

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
