/* This run against the undisturbed run: see judge.h. */
#include "moments/judge.h"

const char judge_needs_timer[] =
	"it reaps by a timer (alarm, setitimer, timerfd), for which no run "
	"waits";

static enum verdict judge_end(const struct facts *run)
{
	switch (run->outcome) {
	case OUTCOME_PLAYED:
		return VERDICT_CORRECT;
	case OUTCOME_ENDED:
		return VERDICT_ENDS;
	case OUTCOME_SPINS:
		return VERDICT_SPINS;
	case OUTCOME_BURNS:
		return VERDICT_BURNS;
	case OUTCOME_UNSERVED:
		return VERDICT_UNSERVED;
	case OUTCOME_CROWD:
		return VERDICT_CHILD_TOO_MANY;
	case OUTCOME_DEVIATED:
		return VERDICT_DEVIATED;
	default:
		return VERDICT_LOST;
	}
}

static enum verdict judge_client(const struct served *undisturbed,
				 const struct served *run)
{
	if (run->got != undisturbed->got || run->bytes != undisturbed->bytes)
		return VERDICT_WRONG_REPLY;
	if (undisturbed->fin && !run->fin)
		return VERDICT_NO_FIN;
	/* A death too many: the server has missed one that came before. */
	if (run->released > undisturbed->released)
		return VERDICT_NEEDS_DEATH;
	return VERDICT_CORRECT;
}

static enum verdict judge_clients(const struct facts *undisturbed,
				  const struct facts *run)
{
	for (int i = 0; i < undisturbed->clients; i++) {
		enum verdict alone =
			judge_client(&undisturbed->served[i], &run->served[i]);
		enum verdict together =
			judge_client(&undisturbed->again[i], &run->again[i]);

		if (alone != VERDICT_CORRECT)
			return alone;
		if (together != VERDICT_CORRECT)
			return together;
	}
	return VERDICT_CORRECT;
}

bool verdict_is_wrong(enum verdict verdict)
{
	return verdict > VERDICT_INTERPRETER && verdict < VERDICT_COUNT;
}

enum verdict judge(const struct facts *undisturbed, const struct facts *run)
{
	enum verdict verdict = judge_end(run);

	if (verdict == VERDICT_CORRECT)
		verdict = judge_clients(undisturbed, run);
	if (verdict != VERDICT_CORRECT && verdict != VERDICT_NEEDS_DEATH)
		return verdict;
	if (run->children > undisturbed->children)
		return VERDICT_CHILD_TOO_MANY;
	if ((run->alive & ~undisturbed->alive) != 0)
		return VERDICT_CHILD_LEFT;
	if (verdict != VERDICT_CORRECT)
		return verdict;
	if ((run->zombies & ~undisturbed->zombies) != 0)
		return VERDICT_STAYS;
	if (undisturbed->lingered == 0 && run->lingered != 0)
		return run->interpreted && run->died_before_call
			       ? VERDICT_INTERPRETER
			       : VERDICT_LINGERS;
	return VERDICT_CORRECT;
}

static const char *judge_undisturbed_end(const struct facts *facts)
{
	switch (facts->outcome) {
	case OUTCOME_PLAYED:
		return NULL;
	case OUTCOME_ENDED:
		return "it ends before its clients are served";
	case OUTCOME_SPINS:
		return "it never waits, but runs all the time";
	case OUTCOME_BURNS:
		return "one of its children never waits and never ends";
	case OUTCOME_UNSERVED:
		return "it does not serve one client after the other";
	case OUTCOME_CROWD:
		return "it starts too many processes";
	case OUTCOME_NO_LISTENER:
		return "it does not listen on a TCP port";
	case OUTCOME_PREFORK:
		return "it starts its children before the first client comes";
	default:
		return "it could not be traced to its end";
	}
}

const char *judge_undisturbed(const struct facts *facts)
{
	const char *why = judge_undisturbed_end(facts);
	uint64_t first = (UINT64_C(1) << facts->clients) - 1;

	if (why != NULL)
		return why;
	if (facts->children == 0)
		return "it forks no child for a client";
	if ((facts->zombies & first) != 0 && facts->sets_timer)
		return judge_needs_timer;
	if ((facts->zombies & first) != 0)
		return "it leaves zombies whenever its children die";
	for (int i = 0; i < facts->clients; i++)
		if (!facts->served[i].fin || !facts->again[i].fin)
			return "its clients never see the end of their "
			       "connection";
	return NULL;
}
