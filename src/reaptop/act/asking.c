/* The questions behind the keys. A question is about the server that was
 * selected when it was asked: the answer is for that one or none. */
#include "reaptop/act/asking.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reaptop/act/aim.h"
#include "reaptop/act/deeds.h"
#include "reaptop/act/frozen.h"
#include "reaptop/launch.h"

/* The server the question was about, or NULL if it is no longer watched. */
static struct server *asked_server(const struct actions *actions)
{
	struct server *server = watch_find(actions->watch, actions->asked_pid);
	if (server == NULL || server->stat.start_ticks != actions->asked_start)
		return NULL;
	return server;
}

static void begin_burst(struct actions *actions)
{
	struct burst_plan *plan = &actions->plan;
	struct server *server = asked_server(actions);
	if (server == NULL || server->ended) {
		actions_tell(actions, "burst", "the server has ended");
		return;
	}
	if (burst_start(&actions->burst, server, plan) == 0) {
		actions->deed = true;
		return;
	}
	actions_tell(actions, "burst",
		     errno == EDESTADDRREQ
			     ? "this server is not known to listen on a port"
		     : errno == ENOENT
			     ? "there is no client program beside reaptop"
			     : strerror(errno));
}

static void kill_asked(struct actions *actions)
{
	const struct server *server = asked_server(actions);
	if (server == NULL) {
		actions_tell(actions, "kill", "the server has ended");
		return;
	}
	/* First, or the children would be somebody else's. */
	if (aftermath_begin(&actions->aftermath, server) != 0) {
		actions_tell(actions, "kill", strerror(errno));
		return;
	}
	if (deed_kill_server(actions->watch, server, actions->message))
		actions->deed = true;
	else
		aftermath_end(&actions->aftermath);
	actions_show_message(actions);
}

/* The child the question was about, or NULL. */
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
		actions_tell(actions, "no signal sent", "the server has ended");
		return;
	}
	const struct child *child = asked_child(actions, server);
	if (child == NULL && actions->asked_child != 0) {
		actions_tell(actions, "no signal sent", "the child is gone");
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
	actions_show_message(actions);
}

/* Whether the user has to confirm a deed: not where reaptop started the server,
 * nor to undo what reaptop did, nor for what will be refused. */
static bool is_asked(enum question deed, const struct actions_subject *subject)
{
	const struct server *server = subject->server;
	const struct child *child = subject->child;
	if (server->ended || launch_started(&server->stat))
		return false;
	if (deed == ASKS_THAW)
		return !frozen_has(&server->stat);
	if (deed != ASKS_KILL_CHILD)
		return aim_may_be(server->stat.pid);
	return child != NULL && !child_is_hidden(child) &&
	       !child_is_zombie(child) && !launch_started(&child->stat);
}

void asking_of_deed(struct actions *actions, enum question deed,
		    const struct actions_subject *subject)
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
	snprintf(what, sizeof what, "%s",
		 deed == ASKS_FREEZE    ? "Freeze"
		 : deed == ASKS_THAW    ? "Thaw"
		 : deed == ASKS_SIGCHLD ? "Send SIGCHLD to"
					: "");
	if (child != NULL)
		snprintf(what, sizeof what, "Kill %d, child of",
			 child->stat.pid);
	snprintf(text, sizeof text, "%s %.40s (%d), not %s by reaptop?", what,
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
		actions_tell(actions, name,
			     "8 were started already, end one first");
		return;
	}
	if (variant_start(variant, name) != 0) {
		int error = errno;
		variant_forget(variant);
		actions_tell(actions, name, strerror(error));
		return;
	}
	if (variant_watch(variant, actions->watch) != 0)
		actions_tell(actions, name, strerror(errno));
	else
		actions_tell(actions, name, "started; it ends with reaptop");
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

void asking_take_answer(struct actions *actions)
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

void asking_of_variant(struct actions *actions)
{
	struct program_list *list = &actions->programs;
	if (programs_list("server_", list) != 0 || list->count == 0) {
		actions_tell(actions, "no server to start",
			     "none stands beside reaptop");
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		actions->choices[i] = list->names[i] + strlen("server_");
	actions->question = ASKS_VARIANT;
	prompt_ask_choice(&actions->prompt, "Start which server?",
			  actions->choices, list->count);
}

void asking_of_kill(struct actions *actions, const struct server *server)
{
	char text[PROMPT_QUESTION_SIZE];
	size_t count = server->children.now.count;
	snprintf(text, sizeof text, "Kill %.40s (%d) and orphan %zu %s?",
		 server->name, server->stat.pid, count,
		 count == 1 ? "child" : "children");
	actions->question = ASKS_KILL;
	prompt_ask_yes(&actions->prompt, text);
}

void asking_of_burst(struct actions *actions)
{
	if (!burst_is_running(&actions->burst)) {
		ask_number(actions, ASKS_SESSIONS, "Burst of how many clients?",
			   actions->plan.sessions, 1, BURST_SESSIONS_MAX);
		return;
	}
	actions->question = ASKS_STOP_BURST;
	prompt_ask_yes(&actions->prompt, "A burst is running. Stop it?");
}
