/* The user's actions on the watched servers, by keys: b burst, f freeze and
 * thaw, c send SIGCHLD, x kill the selected child, K kill the parent, n start
 * another variant. An action may ask first; it works in the background and
 * shows its result in one line. */
#ifndef REAP_ACT_ACTIONS_H
#define REAP_ACT_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "reaptop/act/deeds.h"
#include "reaptop/screen/prompt.h"
#include "reaptop/watch/watch.h"

struct actions;

/* Begins. With `read_only`, every key is refused. The watch must stay; started
 * servers are added to it. Returns NULL with errno if it fails. */
struct actions *actions_open(struct watch *watch, bool read_only);

/* Call it after launch_end_all(), as it forgets what it launched. NULL is
 * allowed. */
void actions_close(struct actions *actions);

/* Takes a key: any one while a question is open, else one of its own. Returns
 * false for other keys. */
bool actions_take_key(struct actions *actions, int key,
		      const struct deed_subject *subject);

/* Returns true once after an action on a server. */
bool actions_take_deed(struct actions *actions);

/* Continues the work in the background. Returns true if the message changed. */
bool actions_step(struct actions *actions);

/* Returns when to call actions_step() next, by CLOCK_MONOTONIC. */
int64_t actions_next(const struct actions *actions);

/* Removes the message. */
void actions_hush(struct actions *actions);

/* Returns the open question, or NULL. */
const struct prompt *actions_prompt(const struct actions *actions);

/* Returns the result of the last action, or the progress of one, in a line of
 * any bytes; "" after a while. */
const char *actions_message(const struct actions *actions);

#endif
