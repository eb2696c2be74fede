/* An event of the log as a sentence. */
#ifndef REAP_WORDS_EVENT_WORDING_H
#define REAP_WORDS_EVENT_WORDING_H

#include <stdint.h>

#include "reaptop/read/event_log.h"
#include "reaptop/words/line.h"

/* Adds what happened, without the time and without who wrote it. `deaths`, of
 * a SIGCHLD: how many children had died since the one before. */
void event_wording(const struct tail_line *event, uint32_t deaths,
		   struct line *line);

/* Adds that so many deaths became one SIGCHLD: what the lab is about. */
void event_wording_merged(uint64_t deaths, const char *what, struct line *line);

#endif
