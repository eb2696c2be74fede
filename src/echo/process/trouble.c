/* Failures that are reported once and counted: see trouble.h. */
#include "echo/process/trouble.h"

#include "common/complain.h"
#include "common/decimal.h"
#include "echo/process/stop.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

enum {
	KINDS = 8,  /* more than this program has */
	QUIET = 10, /* seconds */
};

struct kind {
	char what[64];      /* empty: this place is free */
	int unsaid;         /* failures after the first, which was reported */
	time_t quiet_until; /* by CLOCK_MONOTONIC */
};

static struct kind kinds[KINDS];
static int used; /* places that are not free */

static time_t now(void)
{
	struct timespec time = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* Returns the place of this kind; else a free one; NULL if there is none. */
static struct kind *find(const char *what)
{
	struct kind *place = NULL;

	for (struct kind *kind = kinds; kind < kinds + KINDS; kind++) {
		if (strncmp(kind->what, what, sizeof(kind->what) - 1) == 0)
			return kind;
		if (kind->what[0] == '\0')
			place = kind;
	}
	return place;
}

void trouble(const char *what, enum shortage_call call, int error)
{
	int saved_errno = errno;
	struct kind *kind;

	stop_hold();
	kind = find(what);
	if (kind && kind->what[0] != '\0') {
		kind->unsaid++;
	} else {
		if (kind) {
			strncat(kind->what, what, sizeof(kind->what) - 1);
			kind->quiet_until = now() + QUIET;
			used++;
		}
		complain_of_call(what, call, error);
	}
	stop_release();
	errno = saved_errno;
}

/* Reports how many failures of the kind were only counted, and frees its place. */
static void tell(struct kind *kind)
{
	char digits[DECIMAL_SIZE];
	char count[DECIMAL_SIZE + sizeof(" more times")] = "";

	if (kind->unsaid > 0) {
		strcat(count, decimal_format(kind->unsaid, digits));
		strcat(count, kind->unsaid > 1 ? " more times" : " more time");
		complain(kind->what, count);
	}
	memset(kind, 0, sizeof(*kind));
	used--;
}

static void tell_all_until(time_t latest)
{
	for (struct kind *kind = kinds; kind < kinds + KINDS; kind++) {
		if (kind->what[0] != '\0' && kind->quiet_until <= latest)
			tell(kind);
	}
}

void trouble_over(void)
{
	if (used == 0)
		return;
	stop_hold();
	tell_all_until(now());
	stop_release();
}

void trouble_tell(void)
{
	tell_all_until(now() + QUIET);
}
