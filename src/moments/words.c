/* Wording: see words.h. */
#include "moments/words.h"

#include "moments/calls.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	const char *trouble;
	const char *question;
} verdicts[] = {
	[VERDICT_CORRECT] = {"correct", "correct", ""},
	[VERDICT_INTERPRETER] = {"interpreter",
				 "its zombie stays: the interpreter runs the "
				 "handler late",
				 ""},
	[VERDICT_ENDS] =
		{"ends", "the server ends",
		 "which call fails when a signal interrupts it, and what does "
		 "the server do then?"},
	[VERDICT_SPINS] =
		{"spins", "the server runs at full speed and never waits again",
		 "what must become true so that the loop waits again, and who "
		 "makes it true?"},
	[VERDICT_BURNS] =
		{"child_spins", "a child runs at full speed and never ends",
		 "on which descriptor does that child work, and is it one?"},
	[VERDICT_UNSERVED] =
		{"unserved", "a client is never served",
		 "what does the server wait for, and has it happened "
		 "already?"},
	[VERDICT_WRONG_REPLY] =
		{"wrong_reply", "a client gets another reply",
		 "which call returned less than the server relies on?"},
	[VERDICT_NO_FIN] = {"no_fin",
			    "a client does not see the end of its connection",
			    "who still holds that client's socket?"},
	[VERDICT_CHILD_TOO_MANY] =
		{"child_too_many", "a child too many is forked",
		 "did accept return a client when the server forked?"},
	[VERDICT_CHILD_LEFT] = {"child_left", "a child does not end",
				"what does that child wait for?"},
	[VERDICT_NEEDS_DEATH] =
		{"waits_for_another",
		 "a client waits until another child dies, too",
		 "what does the server believe about the child that died "
		 "first?"},
	[VERDICT_STAYS] = {"stays", "its zombie stays",
			   "who was to reap that child, and when did it look?"},
	[VERDICT_LINGERS] =
		{"lingers", "its zombie stays until something else happens",
		 "between which two lines can the news of a death be missed?"},
	[VERDICT_DEVIATED] = {"not_tried",
			      "not tried: the run took another path", ""},
	[VERDICT_LOST] = {"not_tried", "not tried: the run was lost", ""},
};

const char *words_kind(const struct moment *at)
{
	if (at->step > 0 && at->kind != MOMENT_ASLEEP)
		return "statement";
	switch (at->kind) {
	case MOMENT_BEFORE:
		return "before";
	case MOMENT_ENTERED:
		return "entered";
	case MOMENT_RETURNED:
		return "returned";
	case MOMENT_SIGNAL:
		return "signal";
	default:
		return "asleep";
	}
}

const char *words_verdict(enum verdict verdict)
{
	return verdicts[verdict].name;
}

const char *words_trouble(enum verdict verdict)
{
	return verdicts[verdict].trouble;
}

const char *words_question(enum verdict verdict)
{
	return verdicts[verdict].question;
}

const char *words_moment(const struct moment *at, char text[WORDS_SIZE])
{
	char name[CALL_NAME_SIZE], signal_name[WORDS_SIZE];
	const char *call = call_name(at->number, name);

	if (at->step > 0 && at->kind != MOMENT_ASLEEP) {
		(void)snprintf(text, WORDS_SIZE, "is about to run a statement");
		return text;
	}
	switch (at->kind) {
	case MOMENT_BEFORE:
		(void)snprintf(text, WORDS_SIZE, "is about to call %s", call);
		break;
	case MOMENT_ENTERED:
		(void)snprintf(text, WORDS_SIZE, "has just called %s", call);
		break;
	case MOMENT_RETURNED:
		(void)snprintf(text, WORDS_SIZE, "returns from %s", call);
		break;
	case MOMENT_SIGNAL:
		(void)snprintf(text, WORDS_SIZE, "is about to handle %.32s",
			       words_signal(at->number, signal_name));
		break;
	case MOMENT_ASLEEP:
		(void)snprintf(text, WORDS_SIZE, "waits in %s", call);
		break;
	}
	return text;
}

const char *words_signal(int number, char text[WORDS_SIZE])
{
	const char *name = sigabbrev_np(number);

	if (name != NULL)
		(void)snprintf(text, WORDS_SIZE, "SIG%s", name);
	else
		(void)snprintf(text, WORDS_SIZE, "signal %d", number);
	return text;
}
