/* The demo: three servers that reap in three ways, the same clients for each,
 * and a script that comes to the same numbers every time. It is taken further
 * step by step from outside and never waits itself. */
#ifndef REAP_DEMO_DEMO_H
#define REAP_DEMO_DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "reaptop/launch.h"
#include "reaptop/watch/watch.h"

struct demo;

enum demo_news {
	DEMO_GOING,  /* nothing to speak of */
	DEMO_SCENE,  /* a step is done: this is a state to show */
	DEMO_DONE,   /* nothing more will be done */
	DEMO_FAILED, /* the same, before its end: see demo_why() */
};

/* Starts the servers. `for_people`: with pauses to look, and again and again
 * until there are zombies enough; else the script once, at full speed, within
 * 18 seconds or not at all. NULL after complaining. launch_prepare() and
 * signals_open() come first, demo_close() after launch_end_all(). */
struct demo *demo_open(bool for_people);
void demo_close(struct demo *demo);

/* Adds the servers to a watch. 0, or -1 after complaining. */
int demo_add_to(struct demo *demo, struct watch *watch);

/* Tells a watch how servers ended that did, which only their parent knows. */
void demo_tell_ends(const struct demo *demo, struct watch *watch);

/* Goes as far as it can without waiting. */
enum demo_news demo_step(struct demo *demo);

/* When to call demo_step() next, by CLOCK_MONOTONIC. */
int64_t demo_next(const struct demo *demo);

/* What is being done, or was done last, in one line. */
const char *demo_caption(const struct demo *demo);

/* What went wrong. */
const char *demo_why(const struct demo *demo);

/* How many clients each server has had. */
int demo_clients(const struct demo *demo);

#endif
