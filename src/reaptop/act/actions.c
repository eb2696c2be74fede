/* What the user can do to the watched servers. Questions: asking.h. */
#include "reaptop/act/actions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/act/asking.h"
#include "reaptop/act/deeds.h"
#include "reaptop/clock.h"
#include "reaptop/launch.h"

static const int64_t poll_interval = NS_PER_SECOND / 20;
static const int64_t message_stays = 6 * NS_PER_SECOND;
struct actions *actions_open(struct watch *watch, bool read_only)
{
	struct actions *actions = calloc(1, sizeof *actions);
	if (actions == NULL)
		return NULL;
	actions->watch = watch;
	actions->read_only = read_only;
	actions->plan = (struct burst_plan){.sessions = 50, .at_once = 10};
	for (size_t i = 0; i < VARIANTS_MAX; i++)
		actions->variants[i].log = -1;
	return actions;
}

void actions_close(struct actions *actions)
{
	if (actions == NULL)
		return;
	aftermath_end(&actions->aftermath);
	launch_forget(&actions->burst.client);
	for (size_t i = 0; i < VARIANTS_MAX; i++)
		variant_forget(&actions->variants[i]);
	free(actions);
}

/* Call after the message was set. */
void actions_show_message(struct actions *actions)
{
	actions->message_until = clock_now(CLOCK_MONOTONIC) + message_stays;
}

void actions_tell(struct actions *actions, const char *what, const char *why)
{
	snprintf(actions->message, sizeof actions->message, "%.100s: %.200s",
		 what, why);
	actions_show_message(actions);
}

static bool is_own_key(int key)
{
	return key > 0 && key < 128 && strchr("bfcxKn", key) != NULL;
}

/* A key that is for a server. */
static void act_on(struct actions *actions, int key,
		   const struct actions_subject *subject)
{
	const struct server *server = subject->server;
	actions->asked_pid = server->stat.pid;
	actions->asked_start = server->stat.start_ticks;
	switch (key) {
	case 'b':
		asking_of_burst(actions);
		return;
	case 'K':
		asking_of_kill(actions, server);
		return;
	case 'f':
		asking_of_deed(actions,
			       deed_is_stopped(server) ? ASKS_THAW
						       : ASKS_FREEZE,
			       subject);
		return;
	case 'c':
		asking_of_deed(actions, ASKS_SIGCHLD, subject);
		return;
	default:
		asking_of_deed(actions, ASKS_KILL_CHILD, subject);
		return;
	}
}

bool actions_take_key(struct actions *actions, int key,
		      const struct actions_subject *subject)
{
	if (prompt_is_open(&actions->prompt)) {
		if (prompt_take_key(&actions->prompt, key) == PROMPT_ANSWERED)
			asking_take_answer(actions);
		actions->next = 0;
		return true;
	}
	if (!is_own_key(key))
		return false;
	if (actions->read_only)
		actions_tell(actions, "read-only", "nothing may be acted on");
	else if (key == 'n')
		asking_of_variant(actions);
	else if (subject->server == NULL)
		actions_tell(actions, "no server", "nothing is watched");
	else
		act_on(actions, key, subject);
	actions->next = 0;
	return true;
}

bool actions_take_deed(struct actions *actions)
{
	bool deed = actions->deed;
	actions->deed = false;
	return deed;
}

static bool step_aftermath(struct actions *actions)
{
	struct aftermath *aftermath = &actions->aftermath;
	if (!aftermath->open)
		return false;
	bool goes_on = aftermath_follow(aftermath, actions->watch->proc);
	aftermath_describe(aftermath, actions->message);
	actions_show_message(actions);
	if (!goes_on)
		aftermath_end(aftermath);
	return true;
}

static bool step_burst(struct actions *actions)
{
	struct burst *burst = &actions->burst;
	if (burst->client.pid == 0)
		return false;
	bool ended = burst_follow(burst);
	burst_describe(burst, actions->progress);
	if (ended) {
		memcpy(actions->message, actions->progress,
		       sizeof actions->message);
		actions_show_message(actions);
		actions->progress[0] = '\0';
	}
	return true;
}

bool actions_step(struct actions *actions)
{
	int64_t now = clock_now(CLOCK_MONOTONIC);
	bool changed = step_burst(actions);
	changed |= step_aftermath(actions);
	if (actions->message[0] != '\0' && now >= actions->message_until) {
		actions->message[0] = '\0';
		changed = true;
	}
	actions->next = INT64_MAX;
	if (actions->message[0] != '\0')
		actions->next = actions->message_until;
	if (actions->aftermath.open || actions->burst.client.pid != 0)
		actions->next = now + poll_interval;
	return changed;
}

int64_t actions_next(const struct actions *actions)
{
	return actions->next;
}

void actions_hush(struct actions *actions)
{
	actions->message[0] = '\0';
	actions->next = 0;
}

const struct prompt *actions_prompt(const struct actions *actions)
{
	return prompt_is_open(&actions->prompt) ? &actions->prompt : NULL;
}

const char *actions_message(const struct actions *actions)
{
	return actions->message[0] != '\0' ? actions->message
					   : actions->progress;
}
