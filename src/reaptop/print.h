/* What programs get of a run: text or JSON, sample by sample. */
#ifndef REAP_REAPTOP_PRINT_H
#define REAP_REAPTOP_PRINT_H

#include "reaptop/run.h"
#include "reaptop/show/output.h"

/* Adds the last sample, in the form that was asked for. */
void print_sample(const struct run *run, struct output *output);

/* Adds the closing lines of a demo's scene, which only its text has. */
void print_summary(const struct run *run, struct output *output);

#endif
