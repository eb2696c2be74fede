/* The summary of a burst: see summary.h. main() flushes stdout and checks it for
 * errors. */
#include "client/summary.h"

#include "common/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t unfinished(const struct burst_plan *plan,
			   const struct tally *tally)
{
	return plan->sessions - tally->ok - tally->failed;
}

static double seconds(const struct tally *tally)
{
	return (double)tally->elapsed_ns / 1e9;
}

static double sessions_per_s(const struct tally *tally)
{
	/* A burst takes some time, but the clock may be coarse. */
	return tally->elapsed_ns > 0 ? (double)tally->ok / seconds(tally) : 0;
}

static double percentile_ms(const struct tally *tally, unsigned percent)
{
	return (double)latency_percentile(&tally->latency, percent) / NS_PER_MS;
}

static double max_ms(const struct tally *tally)
{
	return (double)tally->latency.max_ns / NS_PER_MS;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void print_failures(const struct tally *tally)
{
	const struct burst_session *first = &tally->first_failure;

	for (int cause = 0; cause < CAUSE_COUNT; cause++) {
		if (tally->causes[cause] > 0)
			printf("             %10" PRIu64 "  %s\n",
			       tally->causes[cause],
			       cause_text((enum cause)cause));
	}
	if (tally->failed == 0)
		return;
	printf("  the first was session %" PRIu64 ", after %" PRIu64
	       " right byte%s: %s",
	       first->number, first->received, plural(first->received),
	       cause_text(first->cause));
	if (first->cause == CAUSE_OTHER_ERROR)
		printf(" (%s)", strerror(first->error));
	printf("\n");
}

static void print_latency(const struct tally *tally)
{
	if (tally->ok == 0)
		return;
	printf("  latency    p50 %.3f ms, p99 %.3f ms, max %.3f ms\n",
	       percentile_ms(tally, 50), percentile_ms(tally, 99),
	       max_ms(tally));
}

static void print_hint(const struct tally *tally)
{
	uint64_t syn = tally->syn_retries;
	uint64_t data = tally->data_retries;

	if (syn == 0 && data == 0)
		return;
	printf("  hint: ");
	if (syn > 0)
		printf("%" PRIu64 " session%s waited for a SYN retry%s", syn,
		       plural(syn), data > 0 ? " and " : "");
	if (data > 0)
		printf("%" PRIu64 " session%s for a retry of the first data",
		       data, plural(data));
	printf(", as the listen queue overflowed: raise the server's "
	       "--backlog\n");
}

void summary_print_text(const struct burst_plan *plan,
			const struct tally *tally)
{
	char server[ADDRESS_TEXT_SIZE];
	uint64_t left = unfinished(plan, tally);

	printf("%s: %" PRIu64 " session%s of %" PRIu64 " byte%s, %" PRIu64
	       " at a time\n",
	       address_format(&plan->server, server), plan->sessions,
	       plural(plan->sessions), plan->size, plural(plan->size),
	       plan->concurrency);
	printf("  ok         %10" PRIu64 "\n", tally->ok);
	printf("  failed     %10" PRIu64 "\n", tally->failed);
	print_failures(tally);
	if (left > 0)
		printf("  unfinished %10" PRIu64 "  %s\n", left,
		       tally->ending == BURST_INTERRUPTED ? "interrupted"
							  : "gave up");
	printf("  rate       %10.0f  sessions/s, in %.3f s\n",
	       sessions_per_s(tally), seconds(tally));
	print_latency(tally);
	print_hint(tally);
}

static void print_json_failures(const struct tally *tally)
{
	const struct burst_session *first = &tally->first_failure;
	const char *comma = "";

	printf("\"causes\":{");
	for (int cause = 0; cause < CAUSE_COUNT; cause++) {
		if (tally->causes[cause] == 0)
			continue;
		printf("%s\"%s\":%" PRIu64, comma, cause_key((enum cause)cause),
		       tally->causes[cause]);
		comma = ",";
	}
	printf("},\"first_failure\":");
	if (tally->failed == 0) {
		printf("null,");
		return;
	}
	printf("{\"session\":%" PRIu64 ",\"cause\":\"%s\",\"offset\":%" PRIu64
	       ",\"error\":",
	       first->number, cause_key(first->cause), first->received);
	/* Needs no escapes: no message of strerror(3) has quotes or
	 * backslashes. */
	if (first->error != 0)
		printf("\"%s\"},", strerror(first->error));
	else
		printf("null},");
}

static void print_json_latency(const struct tally *tally)
{
	if (tally->ok == 0)
		printf("\"latency_ms\":{\"p50\":null,\"p99\":null,"
		       "\"max\":null},");
	else
		printf("\"latency_ms\":{\"p50\":%.6f,\"p99\":%.6f,"
		       "\"max\":%.6f},",
		       percentile_ms(tally, 50), percentile_ms(tally, 99),
		       max_ms(tally));
}

void summary_print_json(const struct burst_plan *plan,
			const struct tally *tally)
{
	char server[ADDRESS_TEXT_SIZE];

	printf("{\"server\":\"%s\",\"sessions\":%" PRIu64
	       ",\"concurrency\":%" PRIu64 ",\"size\":%" PRIu64
	       ",\"hold_ms\":%" PRId64 ",",
	       address_format(&plan->server, server), plan->sessions,
	       plan->concurrency, plan->size, plan->hold_ns / NS_PER_MS);
	printf("\"ok\":%" PRIu64 ",\"failed\":%" PRIu64
	       ",\"unfinished\":%" PRIu64 ",\"interrupted\":%s,",
	       tally->ok, tally->failed, unfinished(plan, tally),
	       tally->ending == BURST_INTERRUPTED ? "true" : "false");
	print_json_failures(tally);
	printf("\"bytes\":%" PRIu64
	       ",\"seconds\":%.6f,\"sessions_per_s\":%.1f,",
	       tally->bytes, seconds(tally), sessions_per_s(tally));
	print_json_latency(tally);
	printf("\"syn_retries\":%" PRIu64 ",\"data_retries\":%" PRIu64 "}\n",
	       tally->syn_retries, tally->data_retries);
}
