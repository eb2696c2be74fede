/* The main loop: samples, shows and waits; handles keys and signals
 * meanwhile. */
#ifndef REAP_REAPTOP_RUN_H
#define REAP_REAPTOP_RUN_H

#include "reaptop/act/actions.h"
#include "reaptop/demo/demo.h"
#include "reaptop/launch.h"
#include "reaptop/options.h"
#include "reaptop/screen/screen.h"
#include "reaptop/watch/watch.h"

/* The parts of a run, none of them owned. */
struct run {
	const struct options *options;
	struct watch *watch;
	struct screen *screen;          /* NULL: output for programs */
	struct demo *demo;              /* NULL: none */
	struct launched *command;       /* NULL: none */
	struct zombie_parents *parents; /* NULL: the targets are fixed */
	struct actions *actions;        /* with a screen only */
};

/* An error, to complain of later: the screen is still up. */
struct run_failure {
	char what[64]; /* "": nothing */
	char why[400];
};

/* Runs until the user leaves, the samples are taken, or nothing is left to
 * watch. Returns the exit status. */
int run_until_done(const struct run *run, struct run_failure *failure);

#endif
