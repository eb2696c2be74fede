/* moments: a child's death at every moment of an unmodified server. Read next:
 * explore.h (the whole), run.h (one run), tracee.h (what ptrace does). */
#include "moments/event_log.h"
#include "moments/explore.h"
#include "moments/machine.h"
#include "moments/options.h"
#include "moments/tell.h"
#include "moments/workers.h"

#include "common/clock.h"
#include "common/complain.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	EXIT_NONE_FOUND = 0,
	EXIT_FOUND = 1,
	EXIT_NOT_EXPLORED = 3,
};

/* Finds the program's file as execvp(3) does. Returns path, or NULL. */
static const char *find_program(const char *name, char *path, size_t size)
{
	const char *folders = getenv("PATH");

	if (strchr(name, '/') != NULL || folders == NULL)
		return name;
	while (*folders != '\0') {
		int length = (int)strcspn(folders, ":");

		(void)snprintf(path, size, "%.*s/%s", length, folders, name);
		if (access(path, X_OK) == 0)
			return path;
		folders += length + (folders[length] == ':');
	}
	return NULL;
}

static int not_explored(const struct exploration *exploration,
			enum explored explored, const char *why)
{
	if (explored == EXPLORED_ERROR)
		complain_errno(exploration->setting.command[0], errno);
	else
		complain(exploration->setting.command[0], why);
	return EXIT_NOT_EXPLORED;
}

static void prepare(struct exploration *exploration, struct options *options)
{
	char path[4096];
	const char *program =
		find_program(options->command[0], path, sizeof(path));

	*exploration = (struct exploration){
		.setting = {.command = options->command},
		.pairs = options->pairs,
	};
	if (options->seconds > 0)
		exploration->deadline = clock_now(CLOCK_MONOTONIC) +
					options->seconds * NS_PER_SECOND;
	if (program != NULL)
		exploration->source = source_open(program);
	exploration->setting.statements =
		source_statements(exploration->source);
}

static int explore(struct exploration *exploration,
		   const struct options *options)
{
	const char *why = NULL;
	enum explored explored = explore_undisturbed(exploration, &why);
	bool found;

	if (explored == EXPLORED)
		explored = options->replay ? explore_plan(exploration,
							  &options->plan, &why)
					   : explore_all(exploration);
	if (explored == EXPLORED && exploration->told.count == 0 &&
	    exploration->not_tried == exploration->unit_count) {
		explored = EXPLORED_NOT;
		why = "no placement was tried in this time";
	}
	if (explored != EXPLORED)
		return not_explored(exploration, explored, why);
	if (options->json)
		tell_json(exploration, stdout);
	else if (options->replay)
		tell_text_plan(exploration, stdout);
	else
		tell_text(exploration, stdout);
	found = exploration->told.count > 0 &&
		verdict_is_wrong(exploration->told_verdict);
	return found || exploration->wrong > 0 || exploration->pair_wrong > 0
		       ? EXIT_FOUND
		       : EXIT_NONE_FOUND;
}

/* Writes out what was told. Returns the status to end with: `failed` if it could not be
 * written. */
static int flush(int status, int failed)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	complain_errno("standard output", errno);
	return failed;
}

int main(int argc, char **argv)
{
	struct exploration exploration;
	struct options options;
	int status;

	complain_as("moments");
	(void)signal(SIGPIPE, SIG_IGN); /* cannot fail for this signal */
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_DONE:
		return flush(EXIT_NONE_FOUND, EXIT_FAILED);
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	case OPTIONS_RUN:
		break;
	}
	if (machine_unknown != NULL) {
		complain("this machine", machine_unknown);
		return EXIT_NOT_EXPLORED;
	}
	if (workers_prepare() < 0) {
		complain_errno("preparing to trace", errno);
		return EXIT_NOT_EXPLORED;
	}
	prepare(&exploration, &options);
	if (options.log != NULL &&
	    (exploration.log = event_log_open(options.log)) == NULL) {
		complain_errno(options.log, errno);
		explore_free(&exploration);
		return EXIT_NOT_EXPLORED;
	}
	status = flush(explore(&exploration, &options), EXIT_NOT_EXPLORED);
	if (exploration.log != NULL && fclose(exploration.log) != 0) {
		complain_errno(options.log, errno);
		status = EXIT_NOT_EXPLORED;
	}
	explore_free(&exploration);
	return status;
}
