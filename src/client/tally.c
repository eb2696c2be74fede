/* Counting sessions: see tally.h. */
#include "client/tally.h"

static void add(struct tally *tally, const struct burst_session *session)
{
	tally->bytes += session->received;
	if (session->syns_resent > 0)
		tally->syn_retries++;
	if (session->data_resent)
		tally->data_retries++;
}

void tally_ok(struct tally *tally, const struct burst_session *session)
{
	add(tally, session);
	tally->ok++;
	latency_add(&tally->latency, session->latency_ns);
}

void tally_failed(struct tally *tally, const struct burst_session *session)
{
	add(tally, session);
	if (tally->failed == 0)
		tally->first_failure = *session;
	tally->failed++;
	tally->causes[session->cause]++;
}
