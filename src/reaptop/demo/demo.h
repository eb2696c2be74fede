/* The demo: servers that reap in different ways, the same clients for each, and
 * scenes that end with the same numbers every time. The caller advances it step
 * by step. It never waits itself, but at the beginning of a scene, when it ends
 * the servers of one scene and starts those of another. */
#ifndef REAP_DEMO_DEMO_H
#define REAP_DEMO_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/watch/watch.h"

struct demo;

enum demo_news {
	DEMO_GOING, /* nothing to speak of */
	DEMO_STATE, /* a step is done: this is a state to show */
	DEMO_ENDED, /* the same, and it was the scene's last; another follows */
	DEMO_DONE,  /* the same, and nothing more will be done */
	DEMO_FAILED, /* nothing more will be done: see demo_why() */
};

/* What is to be played. */
struct demo_plan {
	const int *scenes; /* numbers; they must stay */
	size_t count;      /* 0: the last scene, again and again */
	bool for_people;   /* with pauses to look; else at full speed, once,
			    * a scene within 18 seconds or not at all */
};

/* Starts the first scene's servers and adds them to the watch, which must stay
 * and watch nothing else. NULL after complaining. launch_prepare() and
 * signals_open() come first, demo_close() after launch_end_all(). */
struct demo *demo_open(const struct demo_plan *plan, struct watch *watch);
void demo_close(struct demo *demo);

/* Goes as far as it can without waiting. */
enum demo_news demo_step(struct demo *demo);

/* When to call demo_step() next, by CLOCK_MONOTONIC. */
int64_t demo_next(const struct demo *demo);

/* Takes one of the demo's keys: 1 to 5 play that scene, space stops after the
 * current step and goes on, `.` takes the next step and stops after it. Returns
 * false for other keys. */
bool demo_take_key(struct demo *demo, int key);

/* Ends the play, the servers stay: somebody else is about to act on them. */
void demo_interrupt(struct demo *demo);

/* The scene's number, 1 to 5, its step, from 1, and how many there are; step 0
 * means that none has begun. */
struct demo_place {
	int scene;
	size_t step;
	size_t steps;
};
struct demo_place demo_place(const struct demo *demo);

/* Stores "Scene 2: one wait per signal" and how it is going, or "demo" if no
 * scene was asked for. Returns the text. */
enum { DEMO_TITLE_SIZE = 64 };
const char *demo_title(const struct demo *demo, char text[DEMO_TITLE_SIZE]);

/* Returns, in one line, the current step or the last one. */
const char *demo_caption(const struct demo *demo);

/* Returns what went wrong. */
const char *demo_why(const struct demo *demo);

/* Returns how many clients each server has had in this scene. */
int demo_clients(const struct demo *demo);

#endif
