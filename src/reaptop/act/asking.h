/* The questions behind the keys, and what is done on the answers: the inside of
 * actions.h. */
#ifndef REAP_ACT_ASKING_H
#define REAP_ACT_ASKING_H

#include "reaptop/act/actions.h"
#include "reaptop/act/aftermath.h"
#include "reaptop/act/burst.h"
#include "reaptop/act/variant.h"
#include "reaptop/programs.h"

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

/* Tells `what: why` in the message line, for a while. */
void actions_tell(struct actions *actions, const char *what, const char *why);

/* The same with the message that was just set. */
void actions_show_message(struct actions *actions);

/* Each opens a question; the first two about the server of `asked_pid`. */
void asking_of_burst(struct actions *actions);
void asking_of_kill(struct actions *actions, const struct server *server);
void asking_of_variant(struct actions *actions);

/* Does one of ASKS_FREEZE to ASKS_KILL_CHILD, after a question if reaptop has not
 * started the server of `asked_pid`. */
void asking_of_deed(struct actions *actions, enum question deed,
		    const struct actions_subject *subject);

/* Acts on the answer that the prompt has, or asks on. */
void asking_take_answer(struct actions *actions);

#endif
