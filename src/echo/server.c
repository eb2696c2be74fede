/* The echo server that all variants share: accept, fork, and both closes. The variants
 * decide who reaps: see variant.h and src/variants. Read next: accept.c, session.c (what
 * a child does), then a variant. */
#include "echo/variant.h"

#include "common/complain.h"
#include "echo/log/event.h"
#include "echo/process/inherited.h"
#include "echo/process/run.h"
#include "echo/process/start.h"
#include "echo/process/stop.h"
#include "echo/process/trouble.h"
#include "echo/session.h"
#include "lean/lean.h"

#include <errno.h>
#include <unistd.h>

/* Ends in _exit: exit(3) would run what the parent registered with atexit(3), and write
 * what the parent has buffered. */
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
	/* Sends the FIN: the parent closed its copy long ago. Ignore errors: the
	 * kernel already has all that was echoed. */
	(void)close(client->conn);
	event_exit(exit_code);
	_exit(exit_code);
}

pid_t server_fork(void)
{
	pid_t child;

	stop_hold();
	child = lean_fork(); /* fork(2) */
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
	 * the port after the parent has ended. */
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

/* Logs the client. Returns false if it was refused. */
static bool admits(struct server *server, const struct client *client)
{
	event_accept(&client->peer);
	return client_limits_admit(&server->limits, client->conn);
}

/* Accepts until this is no longer possible. Returns then, with errno set. */
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

int server_main(const struct variant *variant, int argc, char **argv)
{
	struct server server = {.variant = variant, .listener = -1};

	return server_run(&server, argc, argv, serve);
}
