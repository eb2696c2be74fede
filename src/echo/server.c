/* The echo server that all variants share: listen, accept, fork, and both
 * closes. Who reaps is not said here but in src/variants, through variant.h.
 * Read next: session.c (what a child does), accept.c, start.c, stop.c. */
#include "echo/variant.h"

#include "echo/complain.h"
#include "echo/event.h"
#include "echo/inherited.h"
#include "echo/parent_state.h"
#include "echo/session.h"
#include "echo/start.h"
#include "echo/stop.h"
#include "echo/trouble.h"
#include "echo/try_write.h"

#include <alloca.h>
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

/* It ends in _exit: what the parent registered with atexit(3) or has buffered is
 * not the child's to run or flush. */
_Noreturn void server_serve_client(struct client *client)
{
	const char *call = NULL;
	uint64_t bytes = 0;
	int exit_code = EXIT_DONE;

	inherited_reset_in_child();
	if (session_echo(client->conn, &bytes, &call) < 0) {
		event_error(call, errno);
		exit_code = EXIT_FAILED;
	} else {
		event_close(bytes);
	}
	/* Sends the FIN: the parent closed its copy long ago. All that was
	 * echoed is in the kernel's hands. */
	(void)close(client->conn);
	event_exit(exit_code);
	_exit(exit_code);
}

pid_t server_fork(void)
{
	pid_t child;

	stop_hold();
	/* fork(2) without what fork(3) does around it for threads, stdio and
	 * atfork handlers: we have none, and each page written in passing is a
	 * page to copy, in every child. */
	child = _Fork();
	if (child > 0)
		event_fork(child);
	if (child != 0)
		stop_release();
	return child;
}

static void in_child(struct server *server, struct client *client)
{
	const struct variant *variant = server->variant;

	if (variant->in_child) {
		variant->in_child(server, client);
		return;
	}
	/* The child's copy of the listening socket: kept open, it would hold
	 * the port after the parent is gone. Nothing can be lost with it. */
	(void)close(server->listener);
	server_serve_client(client);
}

static void in_parent(struct server *server, struct client *client)
{
	const struct variant *variant = server->variant;

	if (variant->in_parent) {
		variant->in_parent(server, client);
		return;
	}
	/* The parent's copy of the connected socket: kept open, the client
	 * would never see the child's FIN. */
	(void)close(client->conn);
}

static pid_t fork_child(struct server *server, struct client *client)
{
	const struct variant *variant = server->variant;
	pid_t child = variant->fork_child ? variant->fork_child(server, client)
					  : server_fork();

	if (child > 0)
		trouble_over();
	if (child < 0) {
		event_error("fork", errno);
		trouble("cannot fork, client dropped", SHORTAGE_NEW_TASK,
			errno);
	}
	return child;
}

static int next_client(struct server *server, struct client *client)
{
	const struct variant *variant = server->variant;

	server_announce();
	if (variant->next_client)
		return variant->next_client(server, client);
	while (server_accept(server, client) < 0) {
		if (errno != EAGAIN)
			return -1;
	}
	return 0;
}

/* Logs who has come. False: that is one too many, and was turned away. */
static bool admits(struct server *server, const struct client *client)
{
	event_accept(&client->peer);
	return client_limits_admit(&server->limits, client->conn);
}

/* Accepts for ever. Returns only when that is no longer possible, with errno
 * set. */
static void serve(struct server *server)
{
	struct client client;

	while (next_client(server, &client) == 0) {
		if (!admits(server, &client))
			continue;
		pid_t child = fork_child(server, &client);
		if (child == 0) {
			in_child(server, &client);
			continue;
		}
		in_parent(server, &client);
	}
}

/* Where pages are larger this is of use, too: what crosses no multiple of it
 * crosses no edge of theirs. */
enum { STACK_PAGE_SIZE = 4096 };

/* Not inlined: its frame and those of all it calls lie below its caller's. */
static __attribute__((noinline)) int run_below(const struct variant *variant,
					       int argc, char **argv)
{
	struct server server = {
		.variant = variant,
		.listener = -1,
	};
	struct parent_state here;
	int status;

	parent_state_move(&here);
	if (server_start(&server, argc, argv, &status)) {
		serve(&server);
		complain_errno(server.failed, errno);
		stop_hold(); /* no stop tells the rest at the same time */
		trouble_tell();
		stop_release();
		status = EXIT_FAILED;
	}
	parent_state_move(NULL);
	return status;
}

int server_main(const struct variant *variant, int argc, char **argv)
{
	/* To the edge of a page, so that what is written for each client lies on
	 * one page of the stack, not at random on one or two: the first write to
	 * each after a fork is a page fault, in the parent and in the child. */
	/* Not an array, which has a place within the frame: the stack's end. */
	/* cppcheck-suppress allocaCalled */
	char *here = alloca(1);
	size_t past_edge = (uintptr_t)here % STACK_PAGE_SIZE;
	/* cppcheck-suppress allocaCalled */
	volatile char *skipped = alloca(past_edge + 1);
	int status;

	skipped[0] = 0;
	complain_as(variant->name);
	complain_through(try_write);
	if (complain_of_stack())
		return EXIT_FAILED;
	status = run_below(variant, argc, argv);
	(void)skipped[0]; /* read here, so that it is there till now */
	return status;
}
