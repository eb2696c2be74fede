/* The user's actions on the watched servers: keys, questions, background work.
 * A question is about the server that was selected when it was asked; if that
 * is no longer watched, the answer is for none. */
#include "reaptop/act/actions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/shortage.h"
#include "reaptop/act/aftermath.h"
#include "reaptop/act/programs.h"
#include "reaptop/launch.h"

static const int64_t poll_interval = NS_PER_SECOND / 20;
static const int64_t message_stays = 6 * NS_PER_SECOND;

enum { VARIANTS_MAX = 8 /* started by hand at the same time */ };

enum question {
	ASKS_NOTHING,
	ASKS_SESSIONS,
	ASKS_AT_ONCE,
	ASKS_HOLD,
	ASKS_STOP_BURST,
	ASKS_KILL,
	ASKS_VARIANT,
	ASKS_FREEZE,
	ASKS_THAW,
	ASKS_SIGCHLD,
	ASKS_KILL_CHILD,
};

struct actions {
	struct watch *watch;
	bool read_only;
	bool deed;
	struct prompt prompt;
	enum question question;
	pid_t asked_pid; /* the server the question is about */
	uint64_t asked_start;
	pid_t asked_child; /* 0: it is not about one */
	uint64_t asked_child_start;
	struct burst_plan plan; /* the last one, offered again */
	struct burst burst;
	struct aftermath aftermath;
	struct program_list programs;
	const char *choices[PROGRAMS_MAX];
	struct variant variants[VARIANTS_MAX];
	char message[BURST_TEXT_SIZE]; /* what was done last; "": nothing */
	int64_t message_until;
	char progress[BURST_TEXT_SIZE]; /* of a burst */
	int64_t next;
};

struct actions *actions_open(struct watch *watch, bool read_only)
{
	struct actions *actions = calloc(1, sizeof(*actions));
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

/* Shows the message that was just set, for a while. */
static void show_message(struct actions *actions)
{
	actions->message_until = clock_now(CLOCK_MONOTONIC) + message_stays;
}

/* Shows `what: why` in the message line, for a while. */
static void tell(struct actions *actions, const char *what, const char *why)
{
	snprintf(actions->message, sizeof(actions->message), "%.100s: %.200s",
		 what, why);
	show_message(actions);
}

/* Returns the server that the question was about, or NULL if it is no longer
 * watched. */
static struct server *asked_server(const struct actions *actions)
{
	struct server *server = watch_find(actions->watch, actions->asked_pid);
	if (server == NULL || server->stat.start_ticks != actions->asked_start)
		return NULL;
	return server;
}

/* Tells why an action failed; it may have had to start a program. */
static void tell_errno(struct actions *actions, const char *what, int error)
{
	char text[SHORTAGE_TEXT_SIZE];
	tell(actions, what, shortage_text(SHORTAGE_NEW_TASK, error, text));
}

static void begin_burst(struct actions *actions)
{
	struct burst_plan *plan = &actions->plan;
	struct server *server = asked_server(actions);
	if (server == NULL || server->ended) {
		tell(actions, "burst", "the server has ended");
		return;
	}
	if (burst_start(&actions->burst, server, plan) == 0) {
		actions->deed = true;
		return;
	}
	if (errno == EDESTADDRREQ)
		tell(actions, "burst",
		     "this server is not known to listen on a port");
	else if (errno == ENOENT)
		tell(actions, "burst",
		     "there is no client program beside reaptop");
	else
		tell_errno(actions, "burst", errno);
}

static void kill_asked(struct actions *actions)
{
	const struct server *server = asked_server(actions);
	if (server == NULL) {
		tell(actions, "kill", "the server has ended");
		return;
	}
	/* First, or the children would have another parent. */
	if (aftermath_begin(&actions->aftermath, server) != 0) {
		tell_errno(actions, "kill", errno);
		return;
	}
	if (deed_kill_server(actions->watch, server, actions->message))
		actions->deed = true;
	else
		aftermath_end(&actions->aftermath);
	show_message(actions);
}

/* Returns the child that the question was about, or NULL. */
static const struct child *asked_child(const struct actions *actions,
				       const struct server *server)
{
	const struct child *child =
		actions->asked_child == 0
			? NULL
			: child_set_find(&server->children.now,
					 actions->asked_child);
	if (child == NULL ||
	    child->stat.start_ticks != actions->asked_child_start)
		return NULL;
	return child;
}

static void do_deed(struct actions *actions, enum question deed)
{
	const struct watch *watch = actions->watch;
	const struct server *server = asked_server(actions);
	char *text = actions->message;
	if (server == NULL) {
		tell(actions, "no signal sent", "the server has ended");
		return;
	}
	const struct child *child = asked_child(actions, server);
	if (child == NULL && actions->asked_child != 0) {
		tell(actions, "no signal sent", "the child is gone");
		return;
	}
	if (deed == ASKS_FREEZE)
		actions->deed |= deed_freeze(watch, server, text);
	else if (deed == ASKS_THAW)
		actions->deed |= deed_thaw(watch, server, text);
	else if (deed == ASKS_SIGCHLD)
		actions->deed |= deed_send_sigchld(watch, server, text);
	else
		actions->deed |= deed_kill_child(watch, server, child, text);
	show_message(actions);
}

/* Returns whether the user has to confirm a deed: not where reaptop started the
 * server, nor to undo a deed of reaptop, nor if the deed will be refused. */
static bool is_asked(enum question deed, const struct deed_subject *subject)
{
	const struct server *server = subject->server;
	const struct child *child = subject->child;
	if (server->ended || launch_started(&server->stat))
		return false;
	if (deed == ASKS_THAW)
		return !frozen_has(&server->stat) && !deed_is_traced(server);
	if (deed != ASKS_KILL_CHILD)
		return deed_may_hit(server->stat.pid);
	return child != NULL && !child_is_hidden(child) &&
	       !child_is_zombie(child) && !launch_started(&child->stat);
}

/* Does one of ASKS_FREEZE to ASKS_KILL_CHILD, after a question if reaptop has
 * not started the server of `asked_pid`. */
static void ask_deed(struct actions *actions, enum question deed,
		     const struct deed_subject *subject)
{
	char text[PROMPT_QUESTION_SIZE], what[40];
	const struct server *server = subject->server;
	const struct child *child =
		deed == ASKS_KILL_CHILD ? subject->child : NULL;
	actions->asked_child = child == NULL ? 0 : child->stat.pid;
	actions->asked_child_start =
		child == NULL ? 0 : child->stat.start_ticks;
	if (!is_asked(deed, subject)) {
		do_deed(actions, deed);
		return;
	}
	snprintf(what, sizeof(what), "%s",
		 deed == ASKS_FREEZE    ? "Freeze"
		 : deed == ASKS_THAW    ? "Thaw"
		 : deed == ASKS_SIGCHLD ? "Send SIGCHLD to"
					: "");
	if (child != NULL)
		snprintf(what, sizeof(what), "Kill %d, child of",
			 child->stat.pid);
	snprintf(text, sizeof(text), "%s %.40s (%d), not %s by reaptop?", what,
		 server->name, server->stat.pid,
		 deed == ASKS_THAW ? "stopped" : "started");
	actions->question = deed;
	prompt_ask_yes(&actions->prompt, text);
}

static struct variant *free_variant(struct actions *actions)
{
	for (size_t i = 0; i < VARIANTS_MAX; i++) {
		struct variant *variant = &actions->variants[i];
		if (variant->program.pid == 0 || variant->program.ended) {
			variant_forget(variant);
			return variant;
		}
	}
	return NULL;
}

static void start_variant(struct actions *actions, const char *name)
{
	struct variant *variant = free_variant(actions);
	if (variant == NULL) {
		tell(actions, name, "8 were started already, end one first");
		return;
	}
	if (variant_start(variant, name) != 0) {
		int error = errno;
		variant_forget(variant);
		tell_errno(actions, name, error);
		return;
	}
	if (variant_watch(variant, actions->watch) != 0)
		tell_errno(actions, name, errno);
	else
		tell(actions, name, "started; it ends with reaptop");
}

static void ask_number(struct actions *actions, enum question question,
		       const char *text, long number, long least, long most)
{
	actions->question = question;
	prompt_ask_number(&actions->prompt, text, number, least, most);
}

static void answer_yes(struct actions *actions, enum question question)
{
	if (question == ASKS_KILL)
		kill_asked(actions);
	else if (question != ASKS_STOP_BURST)
		do_deed(actions, question);
	else
		burst_stop(&actions->burst);
}

/* Acts on the answer that the prompt has, or asks the next question. */
static void take_answer(struct actions *actions)
{
	enum question question = actions->question;
	struct burst_plan *plan = &actions->plan;
	long number = actions->prompt.number;
	actions->question = ASKS_NOTHING;
	switch (question) {
	case ASKS_SESSIONS:
		plan->sessions = number;
		if (plan->at_once > number)
			plan->at_once = number;
		ask_number(actions, ASKS_AT_ONCE, "How many at once?",
			   plan->at_once, 1,
			   number < BURST_AT_ONCE_MAX ? number
						      : BURST_AT_ONCE_MAX);
		break;
	case ASKS_AT_ONCE:
		plan->at_once = number;
		ask_number(actions, ASKS_HOLD, "Held how long, in ms?",
			   plan->hold, 0, BURST_HOLD_MAX);
		break;
	case ASKS_HOLD:
		plan->hold = number;
		begin_burst(actions);
		break;
	case ASKS_VARIANT:
		start_variant(actions,
			      actions->programs.names[actions->prompt.chosen]);
		break;
	default:
		answer_yes(actions, question);
		break;
	}
}

static void ask_variant(struct actions *actions)
{
	struct program_list *list = &actions->programs;
	if (programs_list("server_", list) != 0 || list->count == 0) {
		tell(actions, "no server to start",
		     "none stands beside reaptop");
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		actions->choices[i] = list->names[i] + strlen("server_");
	actions->question = ASKS_VARIANT;
	prompt_ask_choice(&actions->prompt, "Start which server?",
			  actions->choices, list->count);
}

static void ask_kill(struct actions *actions, const struct server *server)
{
	char text[PROMPT_QUESTION_SIZE];
	size_t count = server->children.now.count;
	snprintf(text, sizeof(text), "Kill %.40s (%d) and orphan %zu %s?",
		 server->name, server->stat.pid, count,
		 count == 1 ? "child" : "children");
	actions->question = ASKS_KILL;
	prompt_ask_yes(&actions->prompt, text);
}

static void ask_burst(struct actions *actions)
{
	if (!burst_is_running(&actions->burst)) {
		ask_number(actions, ASKS_SESSIONS, "Burst of how many clients?",
			   actions->plan.sessions, 1, BURST_SESSIONS_MAX);
		return;
	}
	actions->question = ASKS_STOP_BURST;
	prompt_ask_yes(&actions->prompt, "A burst is running. Stop it?");
}

static bool is_own_key(int key)
{
	return key > 0 && key < 128 && strchr("bfcxKn", key) != NULL;
}

/* Acts on a key that is for a server. */
static void act_on(struct actions *actions, int key,
		   const struct deed_subject *subject)
{
	const struct server *server = subject->server;
	actions->asked_pid = server->stat.pid;
	actions->asked_start = server->stat.start_ticks;
	switch (key) {
	case 'b':
		ask_burst(actions);
		return;
	case 'K':
		ask_kill(actions, server);
		return;
	case 'f':
		ask_deed(actions,
			 deed_is_stopped(server) ? ASKS_THAW : ASKS_FREEZE,
			 subject);
		return;
	case 'c':
		ask_deed(actions, ASKS_SIGCHLD, subject);
		return;
	default:
		ask_deed(actions, ASKS_KILL_CHILD, subject);
		return;
	}
}

bool actions_take_key(struct actions *actions, int key,
		      const struct deed_subject *subject)
{
	if (prompt_is_open(&actions->prompt)) {
		if (prompt_take_key(&actions->prompt, key) == PROMPT_ANSWERED)
			take_answer(actions);
		actions->next = 0;
		return true;
	}
	if (!is_own_key(key))
		return false;
	if (actions->read_only)
		tell(actions, "read-only", "nothing may be acted on");
	else if (key == 'n')
		ask_variant(actions);
	else if (subject->server == NULL)
		tell(actions, "no server", "nothing is watched");
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
	show_message(actions);
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
		       sizeof(actions->message));
		show_message(actions);
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
