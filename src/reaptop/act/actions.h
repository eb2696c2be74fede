/* What the user can do to the watched servers, by keys: b burst, f freeze and
 * thaw, c send SIGCHLD, x kill the selected child, K kill the parent, n start
 * another variant. It asks where it has to, works in the background, and tells
 * in one line what came of it. */
#ifndef REAP_ACT_ACTIONS_H
#define REAP_ACT_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "reaptop/screen/prompt.h"
#include "reaptop/watch/watch.h"

struct actions;

/* What a key is for: the selected server, and in it the selected child. */
struct actions_subject {
	struct server *server;     /* NULL: none is watched */
	const struct child *child; /* NULL: none is selected */
};

/* `read_only`: every key is answered by a refusal. The watch must stay; it gets
 * the servers that are started. NULL with errno. */
struct actions *actions_open(struct watch *watch, bool read_only);

/* After launch_end_all(), as it forgets what it launched. NULL is allowed. */
void actions_close(struct actions *actions);

/* Takes a key: any while it asks, else one of its own. False if it is none of
 * these. */
bool actions_take_key(struct actions *actions, int key,
		      const struct actions_subject *subject);

/* True once after something was done to a server. */
bool actions_take_deed(struct actions *actions);

/* Goes on with what runs in the background. True if that changed the message. */
bool actions_step(struct actions *actions);

/* When to call actions_step() next, by CLOCK_MONOTONIC. */
int64_t actions_next(const struct actions *actions);

/* Takes the message away: something else is to be read. */
void actions_hush(struct actions *actions);

/* The question that is open, or NULL. */
const struct prompt *actions_prompt(const struct actions *actions);

/* What was done or is going on, in one line that may hold anything; "" after a
 * while. */
const char *actions_message(const struct actions *actions);

#endif
