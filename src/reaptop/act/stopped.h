/* What is said of a stopped process as long as it is stopped. */
#ifndef REAP_ACT_STOPPED_H
#define REAP_ACT_STOPPED_H

#include <stdbool.h>

#include "reaptop/act/actions.h"

enum { STOPPED_TEXT_SIZE = 320 };

/* Stores how to thaw the selected server, or else the selected child, another
 * server or another child. Returns false if none of them is stopped. With `by_keys` only those
 * count that a key has frozen. */
bool stopped_describe(const struct watch *watch,
		      const struct actions_subject *selected, bool read_only,
		      bool by_keys, char text[STOPPED_TEXT_SIZE]);

#endif
