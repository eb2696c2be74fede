/* What was seen to happen, as a sentence. */
#ifndef REAP_WORDS_SIGHTING_WORDING_H
#define REAP_WORDS_SIGHTING_WORDING_H

#include "reaptop/watch/sightings.h"
#include "reaptop/words/line.h"

/* Adds it, without the time and without of whom. */
void sighting_wording(const struct sighting *sighting, struct line *line);

/* Whether it is about the server itself, not about a child. */
bool sighting_is_of_server(const struct sighting *sighting);

#endif
