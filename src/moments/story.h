/* All that happens in one run, in its order: what the timeline is told from. */
#ifndef REAP_MOMENTS_STORY_H
#define REAP_MOMENTS_STORY_H

#include <stddef.h>
#include <stdint.h>

enum note_kind {
	NOTE_CLIENT,   /* a client comes: number is which */
	NOTE_SENDS,    /* a client that was there before sends */
	NOTE_SERVED,   /* a client has its reply */
	NOTE_CALL,     /* the parent enters a call */
	NOTE_RETURN,   /* a call returns result */
	NOTE_FORK,     /* number is the child */
	NOTE_HELD,     /* a child is at its exit */
	NOTE_PLACED,   /* a child dies by the plan; number is the child */
	NOTE_RELEASED, /* a child dies while the parent sleeps */
	NOTE_ZOMBIE,   /* all sleep, and a child of the plan is a zombie */
	NOTE_SIGNAL,   /* number is the signal; its handler starts */
	NOTE_ASLEEP,   /* the parent sleeps in call number */
	NOTE_TIMEOUT,  /* that call's time is over */
	NOTE_ENDED,    /* the parent is dead */
};

struct note {
	enum note_kind kind;
	int phase;
	int number;
	int64_t result;
	int place;  /* in the source, or -1 */
	char where; /* NOTE_PLACED: the kind of moment, or `-` for a statement */
};

struct story {
	struct note *notes;
	size_t count;
	size_t room;
};

void story_add(struct story *story, const struct note *note);
void story_free(struct story *story);

#endif
