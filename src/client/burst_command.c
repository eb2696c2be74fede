/* The burst as a command: see burst_command.h. Makes room for its sockets, runs it
 * and reports its end. Read next: burst.c, the event loop. */
#include "client/burst_command.h"

#include "client/burst.h"
#include "client/host.h"
#include "client/summary.h"
#include "common/complain.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum {
	/* For the epoll set, the signalfd and what the C library opens. */
	OWN_DESCRIPTORS = 8,
	/* The number of open descriptors if /proc cannot be read. */
	ASSUMED_OPEN = 16,
};

/* Returns the number of open descriptors, or a few more. */
static unsigned long count_open(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned long count = 0;

	if (directory == NULL)
		return ASSUMED_OPEN;
	while (readdir(directory) != NULL)
		count++;
	(void)closedir(directory); /* nothing can be lost */
	return count;
}

static void complain_of_limit(unsigned long sockets, unsigned long needed,
			      rlim_t hard)
{
	char what[64];
	char why[256];

	snprintf(what, sizeof(what), "%lu sessions at once", sockets);
	snprintf(why, sizeof(why),
		 "need %lu file descriptors, but the limit RLIMIT_NOFILE "
		 "is %llu: raise it as root with 'ulimit -n %lu', or ask "
		 "for a lower --concurrency",
		 needed, (unsigned long long)hard, needed);
	complain(what, why);
}

/* Raises the soft RLIMIT_NOFILE, within the hard limit, so that `sockets` more
 * sockets can be opened. Returns 0, or -1 after one line on stderr that names the
 * limit and how to raise it. */
static int allow_descriptors(unsigned long sockets)
{
	unsigned long needed = count_open() + OWN_DESCRIPTORS + sockets;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
		complain_errno("RLIMIT_NOFILE", errno);
		return -1;
	}
	if (limit.rlim_cur >= needed)
		return 0;
	if (limit.rlim_max < needed) {
		complain_of_limit(sockets, needed, limit.rlim_max);
		return -1;
	}
	limit.rlim_cur = needed;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
		complain_errno("RLIMIT_NOFILE", errno);
		return -1;
	}
	return 0;
}

/* Returns whether every session failed for a lasting cause, which another address of
 * the host may not share. */
static bool never_began(const struct tally *tally)
{
	uint64_t lasting = 0;

	for (int cause = 0; cause < CAUSE_COUNT; cause++) {
		if (cause_is_lasting((enum cause)cause))
			lasting += tally->causes[cause];
	}
	return tally->ok == 0 && lasting > 0 && lasting == tally->failed;
}

/* Returns what the user can do about the cause, or "". */
static const char *remedy(enum cause cause)
{
	switch (cause) {
	case CAUSE_NO_LOCAL_PORT:
		return ": if all local ports are taken or in TIME_WAIT, wait a "
		       "minute, ask for fewer sessions, or widen the sysctl "
		       "net.ipv4.ip_local_port_range";
	case CAUSE_NO_DESCRIPTOR:
		return ": raise the limit (ulimit -n), or ask for a lower "
		       "--concurrency";
	default:
		return "";
	}
}

/* Complains if the burst gave up or never began, and says why. */
static void complain_of_ending(const struct burst_plan *plan,
			       const struct tally *tally)
{
	char server[ADDRESS_TEXT_SIZE];
	char text[SHORTAGE_TEXT_SIZE];
	char why[400];
	char rest[64] = "";
	const struct burst_session *first = &tally->first_failure;
	enum cause cause = tally->lasting;
	bool began = !never_began(tally);

	if (tally->ending != BURST_GAVE_UP && began)
		return;
	if (!began)
		cause = first->cause;
	if (tally->ending == BURST_GAVE_UP)
		snprintf(rest, sizeof(rest),
			 "; gave up, %" PRIu64 " sessions not run",
			 plan->sessions - tally->ok - tally->failed);
	snprintf(why, sizeof(why), "%s%s%s",
		 first->error != 0 && first->cause == cause
			 ? shortage_text(SHORTAGE_ANY_CALL, first->error, text)
			 : cause_text(cause),
		 remedy(cause), rest);
	complain(address_format(&plan->server, server), why);
}

static int report(const struct options *options, const struct burst_plan *plan,
		  const struct tally *tally)
{
	if (tally->ending == BURST_BROKEN)
		return EXIT_FAILED;
	complain_of_ending(plan, tally);
	if (options->json)
		summary_print_json(plan, tally);
	else if (!never_began(tally))
		summary_print_text(plan, tally);
	return tally->ok == plan->sessions ? EXIT_DONE : EXIT_FAILED;
}

int burst_command(const struct options *options)
{
	union address addresses[HOST_ADDRESSES_MAX];
	struct burst_plan plan = options->plan;
	struct tally tally = {.ending = BURST_BROKEN};
	int count = host_resolve(options->host, options->port, addresses);

	if (count < 0 || allow_descriptors(plan.concurrency) < 0)
		return EXIT_FAILED;
	for (int i = 0; i < count; i++) {
		plan.server = addresses[i];
		burst_run(&plan, &tally);
		/* Some hosts have several addresses: "localhost" is ::1 and
		 * 127.0.0.1, and a server may listen on one of them only. */
		if (!never_began(&tally) || tally.ending == BURST_INTERRUPTED)
			break;
	}
	return report(options, &plan, &tally);
}
