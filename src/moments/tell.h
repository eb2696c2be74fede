/* Tells what an exploration found: as text for a person, or as JSON for a program. */
#ifndef REAP_MOMENTS_TELL_H
#define REAP_MOMENTS_TELL_H

#include "moments/explore.h"

#include <stdbool.h>
#include <stdio.h>

/* Tell all that was tried. */
void tell_text(const struct exploration *exploration, FILE *out);
void tell_json(const struct exploration *exploration, FILE *out);

/* Tells one plan that was replayed. */
void tell_text_plan(const struct exploration *exploration, FILE *out);

/* Writes text that comes from a file or a command line: control characters, which a
 * terminal would obey, become `?`. */
void tell_safely(const char *text, FILE *out);

/* Writes how a plan is replayed, as a command. */
void tell_command(const struct exploration *exploration,
		  const struct plan *plan, FILE *out);

/* story_text.c: writes the story of the plan that was told, one line each. */
void tell_story(const struct exploration *exploration, bool whole, FILE *out);

#endif
