/* Starts a server: see start.h. Read next: options.c, listener.c, stop.c; then
 * server.c. */
#include "echo/process/start.h"

#include "common/complain.h"
#include "echo/log/event.h"
#include "echo/process/inherited.h"
#include "echo/process/listener.h"
#include "echo/process/options.h"
#include "echo/process/stop.h"
#include "echo/process/try_write.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "server_noreap: pid 4711 listening on 127.0.0.1:9190"; empty after it was written. A
 * variant's name may have any length: it is truncated. */
static char announcement[256];

/* Returns as try_write() does. */
static int announce(void)
{
	int result =
		try_write(STDOUT_FILENO, announcement, strlen(announcement));

	if (result <= 0)
		announcement[0] = '\0';
	return result;
}

static int announce_first(const struct variant *variant,
			  const union address *address)
{
	char where[ADDRESS_TEXT_SIZE];

	(void)snprintf(announcement, sizeof(announcement),
		       "%.128s: pid %d listening on %s\n", variant->name,
		       (int)getpid(), address_format(address, where));
	return announce();
}

void server_announce(void)
{
	if (announcement[0] != '\0' && announce() < 0)
		complain_errno("stdout", errno);
}

/* Reports what failed, and why. Returns -1. */
static int failed(const char *what)
{
	complain_errno(what, errno);
	return -1;
}

/* Opens what the options ask for. Returns 0; or reports what failed and returns -1. */
static int open_all(struct server *server, struct options *options)
{
	const struct variant *variant = server->variant;
	char where[ADDRESS_TEXT_SIZE];
	char what[ADDRESS_TEXT_SIZE + 32] = "cannot listen on ";

	if (options->trace && event_log_open(options->trace) < 0)
		return failed(options->trace);
	server->limits = options->limits;
	if (client_limits_check(&server->limits) < 0)
		return failed("cannot count children");
	strcat(what, address_format(&options->address, where));
	server->listener = listener_open(&options->address, options->backlog);
	if (server->listener < 0)
		return failed(what);
	if (event_listen(&options->address, options->backlog, variant->name) <
	    0)
		return failed(options->trace);
	server->failed = "setup";
	if (variant->setup && variant->setup(server) < 0) {
		complain_of_call(server->failed, SHORTAGE_NEW_TASK, errno);
		return -1;
	}
	server->failed = "accept";
	inherited_note_mask();
	if (stop_on_signals(variant) < 0)
		return failed("sigaction");
	if (announce_first(variant, &options->address) < 0)
		return failed("stdout");
	return 0;
}

bool server_start(struct server *server, int argc, char **argv, int *status)
{
	struct options options;

	*status = EXIT_FAILED;
	if (inherited_reset() < 0) {
		failed("cannot set up signals and descriptors");
		return false;
	}
	switch (options_parse(&options, server->variant, argc, argv)) {
	case OPTIONS_RUN:
		return open_all(server, &options) == 0;
	case OPTIONS_DONE:
		if (fflush(stdout) == 0)
			*status = EXIT_DONE;
		else
			failed("stdout");
		return false;
	default:
		*status = EXIT_USAGE;
		return false;
	}
}
