/* A sample as one JSON object on one line, for programs.
 *
 * Schema 1; null stands for what is unknown or does not apply:
 *   schema, sample (from 1), t_ns (CLOCK_MONOTONIC, as in the event log),
 *   servers: an array, in the order given on the command line, of objects
 *     name         the whole name, also where the kernel cuts it
 *     pid, start_ticks  together the identity: PIDs are reused. The start is
 *                  field 22 of /proc/PID/stat, in clock ticks since boot
 *     age_s        seconds since its start
 *     port         the lowest TCP port it listens on
 *     state        the letter of /proc/PID/stat ("T": frozen); null when gone
 *     ended        true when gone, or itself a zombie
 *     exit_code, signal  how it ended, if reaptop started it
 *     live, zombies     children by state; their sum is all there are
 *     seen         different children seen since reaptop began
 *     forked, reaped, sigchlds  from the server's event log
 *     sigchld      object of booleans: caught, ignored, blocked, pending
 *     children     an array, oldest first, of objects with pid, start_ticks,
 *                  name, state, age_s as above, and exit_code or signal for
 *                  zombies, unless the kernel hides it (another user's) */
#ifndef REAP_SHOW_JSON_H
#define REAP_SHOW_JSON_H

#include "reaptop/show/output.h"
#include "reaptop/watch/watch.h"

/* Where a demo is. */
struct json_scene {
	int number;
	size_t step;
	size_t steps;
	const char *caption;
};

/* Adds the last sample, newline included. `scene` is NULL without a demo. */
void json_sample(const struct watch *watch, const struct json_scene *scene,
		 struct output *output);

/* Adds a string in quotes. Control characters are escaped; bytes that are not
 * UTF-8 become U+FFFD. */
void json_string(struct output *output, const char *text);

#endif
