/* Starts a server, and reports why it cannot go on: see run.h. Read next: start.c. */
#include "echo/process/run.h"

#include "common/complain.h"
#include "echo/process/parent_state.h"
#include "echo/process/start.h"
#include "echo/process/stop.h"
#include "echo/process/trouble.h"
#include "echo/process/try_write.h"
#include "lean/lean.h"

#include <errno.h>

struct command {
	struct server *server;
	int argc;
	char **argv;
	void (*serve)(struct server *server);
};

static int start_and_serve(void *argument, void *room)
{
	struct command *command = argument;
	struct server *server = command->server;
	int status;

	parent_state_move(room);
	if (server_start(server, command->argc, command->argv, &status)) {
		command->serve(server);
		complain_errno(server->failed, errno);
		stop_hold(); /* a stop must not report the same failures */
		trouble_tell();
		stop_release();
		status = EXIT_FAILED;
	}
	parent_state_move(NULL);
	return status;
}

int server_run(struct server *server, int argc, char **argv,
	       void (*serve)(struct server *server))
{
	struct command command = {server, argc, argv, serve};

	complain_as(server->variant->name);
	complain_through(try_write);
	if (complain_of_stack())
		return EXIT_FAILED;
	return lean_run(start_and_serve, &command);
}
